#!/bin/sh
# 20 minutes; every command, a server and the pad under valgrind's memcheck, on the AVX2 kernels
#
# An error is what memcheck reports, and memory that nothing points to at the end. valgrind has no
# AVX-512, and hides it from the program.
set -eu
. "$(dirname "$0")/common.sh"
need valgrind make python3
cd "$build"
{
    [ -f Makefile ] || "$root/configure" --quiet CFLAGS='-g -O2'
    # shellcheck disable=SC2046 # lists
    make -s -j2 $(make -s print-plain) && make -s -j2 all tests/pty/test_storm
} >&2 || exit 2

srcdir=$root
builddir=$build
export srcdir builddir
. "$root/tests/tap.sh"
. "$root/tests/cli/bar_images.sh"
# Threads that wait actively would take the time of the one that works.
export OMP_WAIT_POLICY=passive HOME="$tmp/home" XDG_DATA_HOME="$tmp/data" XDG_STATE_HOME="$tmp/state" XDG_CACHE_HOME="$tmp/cache" \
    XDG_CONFIG_HOME="$tmp/config" HF_HUB_OFFLINE=1 HF_HUB_CACHE="$root/tests/releases/0.1.0/hub"
mkdir -p "$tmp/home" "$tmp/data/digitpad" "$tmp/config/digitpad" "$tmp/set/8"
cd "$tmp"
make_bars
data=$root/tests/data
release=$root/tests/releases/0.1.0
cp "$data/eight-28x28.pgm" set/8/
cp "$release/data/digitpad/samples.ndjson" data/digitpad/
cp "$release/config/digitpad/config" config/digitpad/
cp "$release"/stopped.* .
logs=$build/logs
rm -rf "$logs"
mkdir "$logs"
commands=0
cat >memcheck <<END
#!/bin/sh
export DIGITPAD_SANDBOX=off # its system calls are unknown to valgrind
exec valgrind -q --log-file="$logs/\${LOG:-pad}.%p" --error-exitcode=99 --leak-check=full --track-fds=no \\
    --show-leak-kinds=definite --errors-for-leak-kinds=definite "$build/digitpad" "\$@"
END
chmod +x memcheck

# checked NAME STATUS ARGUMENT…: digitpad ends with this status, without an error.
checked() {
    commands=$((commands + 1))
    LOG=$1
    wanted=$2
    export LOG
    shift 2
    status=0
    ./memcheck "$@" >out 2>err </dev/null || status=$?
    [ $status -eq "$wanted" ] || {
        say "$LOG: digitpad $*: exit status $status, not $wanted"
        cat err >&2
        : >"$logs/$LOG.status"
    }
}

chain='conv 4 3 | bn | relu | maxpool 2 | flatten | dense 10'
say "commands"
checked version 0 --version
checked help 0 --help
checked unknown 2 predikt
checked predict-images 0 predict "$data/five-grey-160x120.pgm" "$root/tests/fuzz/corpus/png/good-alpha" \
    "$root/tests/fuzz/corpus/jpeg/good-progressive" "$root/tests/fuzz/corpus/npz/good-deflated"
checked predict-drawings 0 predict -f json -m mlp -k 3 "$data/digits.ndjson"
checked predict-numbers 0 predict --digits=auto "$data/numbers.ndjson"
checked predict-folder 0 predict -r -m nano -f csv set
checked predict-float 0 predict -m "$release/float.safetensors" "$data/two-four.csv"
checked predict-onnx 0 predict -m "$release/int8.onnx" "$data/eight-28x28.pgm"
checked predict-onnx-float 0 predict -m "$release/float.onnx" "$data/eight-28x28.pgm"
checked predict-json 0 predict -m "$release/int8.json" "$data/eight-28x28.pgm"
checked predict-cache 0 predict -m hf:someone/digits:net.safetensors "$data/eight-28x28.pgm"
checked predict-bad 1 predict "$root/tests/fuzz/corpus/png/bad-cut"
checked eval 0 eval -m nano images.idx labels.idx
checked eval-sweep 0 eval -m mlp --sweep set
checked show 0 show --model=nano "$data/seven-corner-100x60.pgm"
checked info 0 info cnn
checked info-json 0 info -f json "$release/int8.onnx"
checked convert-onnx 0 convert mlp mlp.onnx
checked convert-back 0 convert mlp.onnx mlp.safetensors
checked quantize 0 quantize "$release/float.safetensors" --calibrate=set -o q.safetensors
checked train 0 train --arch="$chain" --images=images.idx --labels=labels.idx --epochs=1 --batch=40 \
    --progress=none -o trained.safetensors
checked train-resume 0 train --resume --arch='avgpool 4 | flatten | dense 16 | relu | dense 10' \
    --images="$release/drawings.ndjson" --made-up=10 --outliers=0 --kernel=portable --epochs=12 --batch=10 --progress=none \
    --log=stopped.csv -o stopped.safetensors
checked train-samples 0 train -q --samples=data/digitpad/samples.ndjson --from=nano --progress=none -o mine.safetensors
checked bench 0 bench -m nano --quick --only=latency_us
checked models 0 models list
checked data 0 data list
checked samples 0 samples list
checked samples-export 0 samples export
checked samples-remove 0 samples remove 1
checked doctor 0 doctor
checked restore-terminal 2 restore-terminal

say "the server"
LOG=server ./memcheck predict -f json --listen="$tmp/socket" 2>err &
server=$!
python3 -c '
import socket, sys, time
client, end = socket.socket(socket.AF_UNIX), time.monotonic() + 60
while client.connect_ex(sys.argv[1]) and time.monotonic() < end:
    time.sleep(0.1)
client.sendall(open(sys.argv[2], "rb").read() + b"nothing\n")
client.shutdown(socket.SHUT_WR)
print(len(client.makefile().readlines()))' "$tmp/socket" "$data/digits.ndjson" >out
[ "$(cat out)" = 11 ] || {
    say "the server: $(cat out) answers, not 11"
    : >"$logs/server.status"
}
kill "$server"
wait "$server" || true

say "the pad"
DIGITPAD=$tmp/memcheck LOG=pad STORM_SIZES=4 STORM_REPORTS=40 STORM_BYTES=1500 \
    "$build/tests/pty/test_storm" >"$logs/storm.log" 2>&1 || {
    grep -E '^not ok|crashed' "$logs/storm.log" >&2 || true
    : >"$logs/storm.status"
}

find "$logs" -type f -name '*.[0-9]*' -exec grep -h '^==' {} + >&2 || true
errors=$(find "$logs" -type f -name '*.[0-9]*' -exec cat {} + | grep -cE '^==[0-9]+== [^ ]' || true)
failures=$(find "$logs" -name '*.status' | wc -l)
echo "commands=$commands pads=15 errors=$errors failures=$failures"
[ "$errors" -eq 0 ] && [ "$failures" -eq 0 ]
