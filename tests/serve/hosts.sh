#!/bin/sh
# predict under GNU parallel on three hosts: network namespaces with an sshd each, one of which is
# killed in the middle. SERVE_HOSTS=200000 does it with so many drawings; needs root. The log has
# the drawings per second for one, two and three hosts, and what a block costs besides its work.
# shellcheck disable=SC2317 # functions that traps call
. "${srcdir:-.}/tests/tap.sh"
[ -n "${SERVE_HOSTS-}" ] || skip_all "SERVE_HOSTS is not set"
[ "$(id -u)" -eq 0 ] || skip_all "network namespaces need root"
for tool in parallel ip ssh ssh-keygen /usr/sbin/sshd; do
    command -v "$tool" >/dev/null || skip_all "no $tool"
done

prefix=dp$$
HOME=$tmp PARALLEL_HOME=$tmp/parallel
export HOME PARALLEL_HOME
cd "$tmp" || exit 99
mkdir parallel
: >parallel/will-cite

# stop HOST: end everything that runs on it.
stop() {
    # shellcheck disable=SC2046 # process ids
    set -- $(ip netns pids "$prefix-$1" 2>/dev/null)
    [ $# -eq 0 ] || kill -9 "$@"
}

remove_hosts() {
    for host in 1 2 3; do
        stop "$host"
        ip netns del "$prefix-$host" 2>/dev/null
    done
    rm -rf "$tmp"
}
trap remove_hosts EXIT

# start HOST: a network namespace with an sshd; 10.213.HOST.2 is its address.
start() {
    ip netns add "$prefix-$1" || return
    ip link add "$prefix-$1" type veth peer name eth0 netns "$prefix-$1" || return
    ip addr add 10.213."$1".1/30 dev "$prefix-$1"
    ip link set "$prefix-$1" up
    ip -n "$prefix-$1" addr add 10.213."$1".2/30 dev eth0
    ip -n "$prefix-$1" link set eth0 up
    ip netns exec "$prefix-$1" /usr/sbin/sshd -f /dev/null -h "$tmp/host" -E "$tmp/log.$1" \
        -o AuthorizedKeysFile="$tmp/user.pub" -o StrictModes=no -o UsePAM=no -o PidFile=none
}

mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f user
cat >ssh.conf <<END_OF_CONFIG
IdentityFile $tmp/user
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
LogLevel ERROR
BatchMode yes
ServerAliveInterval 2
END_OF_CONFIG
for host in 1 2 3; do
    start $host || skip_all "network namespaces do not work here"
    echo "1/ssh -F $tmp/ssh.conf 10.213.$host.2"
done >hosts

# Drawings that all have an id of their own.
awk -v n="$SERVE_HOSTS" '
    { sub(/^{"id":"[^"]*"/, ""); rest[NR % 10] = $0 }
    END { for (i = 0; i < n; i++) print "{\"id\":" i rest[i % 10] }' \
    "$srcdir/tests/data/digits.ndjson" >images.ndjson
# What the blocks of one machine answer: without the index, which begins anew in each.
strip='s/"index":[0-9]*,//; s/"source":"[^"]*",//'
"$DIGITPAD" predict -f json -t 1 images.ndjson | sed "$strip" >whole
is "there are all drawings" "$(wc -l <whole)" "$SERVE_HOSTS"
block=$(($(wc -c <images.ndjson) / 40 + 1))

# spread HOSTS LOG: predict on the first HOSTS hosts.
spread() {
    head -n "$1" hosts >some
    parallel --pipe --block "$block" --sshloginfile some -k --retries 3 --joblog "$2" \
        "'$DIGITPAD' predict -i ndjson -f json -t 1" <images.ndjson
}

for n in 1 2 3; do
    begin=$(date +%s%N)
    spread $n log | sed "$strip" >parts
    end=$(date +%s%N)
    ok "$n hosts: every record once, in order, the same bytes" cmp whole parts
    awk -v n=$n -v all="$SERVE_HOSTS" -v t=$((end - begin)) 'BEGIN {
        printf "# %d hosts: %.0f drawings a second\n", n, all / t * 1e9 }'
done
# A block without work, so many times.
yes '' | head -n 20 >blanks
begin=$(date +%s%N)
parallel --sshlogin "$(head -n 1 hosts)" --pipe --block 1 \
    "'$DIGITPAD' predict -i ndjson -f json -t 1; true" <blanks >/dev/null 2>&1
end=$(date +%s%N)
echo "# a hand-over of a block: $(((end - begin) / 20000000)) ms"

(
    tries=0
    : >killed.log
    until [ "$(grep -c . killed.log 2>/dev/null)" -ge 8 ] || [ $tries -gt 3000 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    stop 2
    wc -l <killed.log >killed
) &
spread 3 killed.log 2>killed.err | sed "$strip" >parts
wait
ok "one host was killed in the middle" test "$(cat killed)" -lt 35
ok "and every record is there once, in order, the same bytes" cmp whole parts
is "no block failed for good" "$(awk -F '\t' 'NR > 1 { last[$1] = $7 } END {
    for (i in last) bad += last[i] != 0; print bad + 0 }' killed.log)" 0
done_testing
