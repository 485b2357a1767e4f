#!/bin/sh
# predict --shard as an array job of Slurm: a controller and two node daemons on this machine.
# SERVE_SLURM=1 does it; needs root, slurm-wlm and munge.
# shellcheck disable=SC2317 # functions that traps call
. "${srcdir:-.}/tests/tap.sh"
[ -n "${SERVE_SLURM-}" ] || skip_all "SERVE_SLURM is not set"
[ "$(id -u)" -eq 0 ] || skip_all "Slurm's daemons need root"
for tool in slurmctld slurmd munged sbatch; do
    command -v "$tool" >/dev/null || skip_all "no $tool"
done

daemons=
end_daemons() {
    # shellcheck disable=SC2086 # process ids
    kill $daemons 2>/dev/null
    # shellcheck disable=SC2086
    wait $daemons 2>/dev/null
    rm -rf "$tmp"
}
trap end_daemons EXIT

# daemon NAME COMMAND…: start it; its output is NAME.out.
daemon() {
    name=$1
    shift
    "$@" >"$tmp/$name.out" 2>&1 &
    daemons="$daemons $!"
}

cd "$tmp" || exit 99
chmod 755 "$tmp"
mkdir munge state spool1 spool2
dd if=/dev/urandom of=munge/key bs=128 count=1 2>/dev/null
chmod 600 munge/key
# Ports that depend on the process, so that two tests do not meet.
port=$((20000 + $$ % 20000))
cat >slurm.conf <<END_OF_CONFIG
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$tmp/munge/socket
SlurmctldPort=$port
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/spool%n
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/slurmd%n.pid
SlurmctldLogFile=$tmp/slurmctld.log
SlurmdLogFile=$tmp/slurmd%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
ReturnToService=2
SchedulerParameters=sched_interval=1
NodeName=1 NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1 State=UNKNOWN
NodeName=2 NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1 State=UNKNOWN
PartitionName=all Nodes=1,2 Default=YES State=UP MaxTime=INFINITE
END_OF_CONFIG
SLURM_CONF=$tmp/slurm.conf
export SLURM_CONF
daemon munged munged -F --key-file="$tmp/munge/key" --socket="$tmp/munge/socket" \
    --pid-file="$tmp/munge/pid" --log-file="$tmp/munge/log" --seed-file="$tmp/munge/seed" --num-threads=1
daemon slurmctld slurmctld -D
daemon slurmd1 slurmd -D -N 1
daemon slurmd2 slurmd -D -N 2

tries=0
until [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ] || [ $tries -gt 300 ]; do
    sleep 0.2
    tries=$((tries + 1))
done
is "two nodes are idle" "$(sinfo -h -t idle -o %D 2>&1)" 2

{
    cat "$srcdir/tests/data/digits.ndjson" "$srcdir/tests/data/styles.ndjson"
    echo '{"strokes":[1]}'
    cat "$srcdir/tests/data/erased.ndjson"
} >images.ndjson
"$DIGITPAD" predict -f json images.ndjson >whole 2>/dev/null
cat >job <<END_OF_JOB
#!/bin/sh
#SBATCH --array=0-4 --output=answers.%a --error=errors.%a
echo "\$SLURMD_NODENAME" >"node.\$SLURM_ARRAY_TASK_ID"
"$DIGITPAD" predict -f json \\
    --shard="\$SLURM_ARRAY_TASK_ID/\$SLURM_ARRAY_TASK_COUNT" images.ndjson || [ \$? -eq 1 ]
END_OF_JOB
status=0
begin=$(date +%s%N)
timeout 300 sbatch --wait --chdir="$tmp" job >sbatch.out 2>&1 || status=$?
echo "# an array job of five: $((($(date +%s%N) - begin) / 1000000)) ms"
is "the array job ends well" "$status" 0
cat answers.0 answers.1 answers.2 answers.3 answers.4 >parts
ok "its shards, one after the other, are the whole" cmp whole parts
is "both nodes took part" "$(sort -u node.? | tr '\n' ' ')" "1 2 "
[ "$tap_failed" -eq 0 ] || sed 's/^/# /' sbatch.out ./*.out slurmctld.log slurmd*.log | tail -n 40
done_testing
