#!/bin/sh
# predict under GNU parallel on one machine: blocks of lines and of raw images through pipes, and
# shards that fail and are resumed. hosts.sh does it on several machines.
. "${srcdir:-.}/tests/tap.sh"
command -v parallel >/dev/null || skip_all "no GNU parallel"

data=$srcdir/tests/data
HOME=$tmp PARALLEL_HOME=$tmp/parallel
export HOME PARALLEL_HOME
cd "$tmp" || exit 99
mkdir parallel
: >parallel/will-cite
for i in 1 2 3 4 5 6 7 8; do
    sed "s/\"id\":\"/&$i /" "$data/digits.ndjson"
    echo '{"id":"bad","strokes":[1]}'
done >images.ndjson

# plain: JSON answers without the numbers and places that begin anew in each block.
plain() {
    sed 's/"index":[0-9]*,//; s/"source":"[^"]*",//; s/record [0-9]*, byte [0-9]*: //'
}

# What ssh does: run a command on a host, unless the host is dead. Its second job kills host b, and the
# other hosts wait for that, so that it comes on a busy machine, too.
# A login sets SHELL, by which parallel runs its jobs there.
cat >ssh <<'END_OF_SSH'
#!/bin/sh
host=$1
shift
[ "$1" != -- ] || shift
[ "$host" != -- ] || { host=$1; shift; }
echo "$host" >>hosts.log
[ "$(grep -c "^$host\$" hosts.log)" -lt 2 ] || [ "$host" != b ] || exit 255
i=0
while [ "$host" != b ] && [ "$(grep -c '^b$' hosts.log)" -lt 2 ] && [ $((i += 1)) -lt 600 ]; do
    sleep 0.05
done
SHELL=/bin/sh exec sh -c "$*"
END_OF_SSH
chmod +x ssh
predict="'$DIGITPAD' predict -i ndjson -f json 2>/dev/null || [ \$? -eq 1 ]"

"$DIGITPAD" predict -f json images.ndjson 2>/dev/null | plain >whole
status=0
parallel --pipepart -a images.ndjson --block 5k -j 2 -k --joblog log "$predict" >answers || status=$?
plain <answers >parts
ok "lines in blocks: every record once, in order" cmp whole parts
is "the status of blocks with bad lines" "$status" 0
ok "there were several blocks" test "$(wc -l <log)" -gt 4

status=0
parallel --pipe --block 5k --sshlogin "1/$tmp/ssh a,1/$tmp/ssh b,1/$tmp/ssh c" -k --retries 3 \
    "$predict" <images.ndjson >answers 2>/dev/null || status=$?
plain <answers >parts
ok "on three hosts, one of which dies: every record once, in order" cmp whole parts
is "and the status says that all is done" "$status" 0
ok "the dead host was tried" test "$(grep -c b hosts.log)" -ge 2

"$builddir/tests/parity/pixels" <"$data/digits.ndjson" >ten.raw
cat ten.raw ten.raw ten.raw >images.raw
"$DIGITPAD" predict -k 10 -i raw images.raw >whole
parallel --pipepart -a images.raw --recend '' --block 3136 -j 2 -k "'$DIGITPAD' predict -k 10 -i raw" >parts
ok "raw images in blocks of four" cmp whole parts

export DIGITPAD
# Shards 2 and 5 are killed at first. Only they are repeated.
"$DIGITPAD" predict -f json images.ndjson >whole 2>/dev/null
cat >shard <<'END_OF_SHARD'
#!/bin/sh
echo "$1" >>started
case $1 in
2 | 5) [ -e "begun.$1" ] || { : >"begun.$1"; kill -9 $$; } ;;
esac
"$DIGITPAD" predict -f json --shard="$1/8" images.ndjson >"out.$1" 2>/dev/null || [ $? -eq 1 ]
END_OF_SHARD
chmod +x shard
status=0
parallel --joblog shards.log -j 2 ./shard ::: 0 1 2 3 4 5 6 7 2>/dev/null || status=$?
is "two shards fail" "$status" 2
parallel --resume-failed --joblog shards.log -j 2 ./shard ::: 0 1 2 3 4 5 6 7
is "they are repeated, the others are not" "$(sort started | tr -d '\n')" 0122345567
cat out.0 out.1 out.2 out.3 out.4 out.5 out.6 out.7 >parts
ok "the shards are the whole" cmp whole parts
done_testing
