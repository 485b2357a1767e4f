#!/bin/sh
# digitpad predict: which files it reads: folders and lists.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
tab=$(printf '\t')
eight=$data/eight-28x28.pgm
mkdir -p "$tmp/d/b/c" "$tmp/d/.hidden" "$tmp/empty/sub"
cp "$data"/*.pgm "$tmp/d/b"
cp "$eight" "$tmp/d/b/c/x.pgm"
cp "$eight" "$tmp/d/z.pgm"
cp "$eight" "$tmp/d/.hidden/y.pgm"
cp "$eight" "$tmp/d/.y.pgm"
cd "$tmp" || exit 99

# digits: the source and the digit of each line of $out.
digits() {
    printf '%s\n' "$out" | cut -f 1,2 | tr '\t\n' '= '
}

# ---- folders ------------------------------------------------------------------------------
run "$DIGITPAD" predict -r d
is "-r reads the files in a folder, by name" "$status $(digits)" \
    "0 d/b/c/x.pgm=8 d/b/eight-28x28.pgm=8 d/b/five-grey-160x120.pgm=5 d/b/seven-corner-100x60.pgm=7 d/b/three-dark-56x56.pgm=3 d/z.pgm=8 "
is "without a message" "$err" ""
run "$DIGITPAD" predict --recursive d/z.pgm d/b/c/
is "files and folders" "$status $(digits)" "0 d/z.pgm=8 d/b/c/x.pgm=8 "
run "$DIGITPAD" predict -r d/z.pgm
is "the source is shown even for a single file" "$(digits)" "d/z.pgm=8 "
ln -s .. d/b/loop
ln -s z.pgm d/link.pgm
ln -s nowhere d/m.pgm
mkfifo d/pipe
run "$DIGITPAD" predict -r d
is "links to files are read, links to folders and pipes are not" \
    "$status $(digits | sed 's/.*three-dark-56x56.pgm=3 //')" "1 d/link.pgm=8 d/m.pgm=! d/z.pgm=8 "
like "a link to nowhere is named" "$err" '^digitpad predict: d/m\.pgm: No such file'
rm d/b/loop d/m.pgm d/link.pgm d/pipe
run "$DIGITPAD" predict d
is "a folder without -r" "$status" 5
like "has a message that names -r" "$err" '^digitpad predict: d: is a directory; -r reads the files in it$'
run "$DIGITPAD" predict d "$eight"
is "a folder among files is a bad input" "$status $(digits)" "1 d=! $eight=8 "
run "$DIGITPAD" predict -r empty
is "a folder without files" "$status" 5
like "is named" "$err" '^digitpad predict: empty: no files in it$'
i=0
deep=deep
while [ $i -lt 33 ]; do
    deep=$deep/f
    i=$((i + 1))
done
mkdir -p "$deep"
cp "$eight" deep/z.pgm
run "$DIGITPAD" predict -r deep
like "folders are entered 32 deep" "$status $err" '^1 digitpad predict: deep(/f){32}: more than 32 folders deep$'
like "and the rest is read" "$out" "^deep/z\.pgm${tab}8"
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed
    chmod 0 closed
    run "$DIGITPAD" predict -r closed
    like "a folder that may not be read" "$status $err" '^5 .*closed: Permission denied'
    chmod 700 closed
else
    skip "a folder that may not be read" "root reads everything"
fi

# Many files: no more than a few are open at a time.
mkdir many
i=0
while [ $i -lt 600 ]; do
    ln -s "$eight" "many/$i.pgm"
    i=$((i + 1))
done
run sh -c "ulimit -n 20; '$DIGITPAD' predict -t 2 -r many"
is "600 files with 20 descriptors" "$status $(printf '%s\n' "$out" | grep -c "^many/[0-9]*\.pgm${tab}8")" "0 600"

# ---- lists ---------------------------------------------------------------------------------
printf 'd/z.pgm\r\n\nd/b/c/x.pgm' >list
run "$DIGITPAD" predict --files-from=list "$eight"
is "a list of files, after those of the command line" "$status $(digits)" \
    "0 $eight=8 d/z.pgm=8 d/b/c/x.pgm=8 "
run sh -c "'$DIGITPAD' predict --files-from=- <list"
is "a list on standard input" "$status $(digits)" "0 d/z.pgm=8 d/b/c/x.pgm=8 "
run sh -c "find d/b -name '*.pgm' -print0 | sort -z | '$DIGITPAD' predict --files-from0=-"
is "a list with NUL" "$status $(printf '%s\n' "$out" | wc -l | tr -d ' ')" "0 5"
printf 'd/z.pgm\n-\n' >list
run sh -c "'$DIGITPAD' predict --files-from=list <'$eight'"
is "- in a list is standard input" "$status $(digits)" "0 d/z.pgm=8 -=8 "
run sh -c "'$DIGITPAD' predict --files-from=- <list"
like "unless that is the list" "$status $err" '^1 digitpad predict: -: standard input already has the list of files$'
printf 'd\n' >list
run "$DIGITPAD" predict --files-from=list
like "a folder in a list" "$status $err" '^5 .* d: is a directory; -r reads the files in it$'
run "$DIGITPAD" predict -r --files-from=list
is "is read with -r" "$status $(printf '%s\n' "$out" | wc -l | tr -d ' ')" "0 6"
run "$DIGITPAD" predict --files-from=none
like "a missing list" "$status $err" '^5 digitpad predict: none: No such file'
printf 'd/z.pgm\0d/b/c/x.pgm\0' >list
run "$DIGITPAD" predict --files-from=list
like "a list with NUL needs the other option" "$status $err" '^5 .*a NUL in the list of files; --files-from0 '
head -c 5000 /dev/zero | tr '\0' x >list
run "$DIGITPAD" predict --files-from=list
like "a name that is too long" "$status $err" '^5 .*x{60}\.\.\.: File name too long'
run "$DIGITPAD" predict --files-from=list --files-from0=list
fails "two lists" 2 'files-from and --files-from0 exclude each other'
mkfifo names
"$DIGITPAD" predict --files-from=names >answers 2>/dev/null &
exec 3>names
echo d/z.pgm >&3
i=0
while [ ! -s answers ] && [ $i -lt 100 ]; do
    sleep 0.1
    i=$((i + 1))
done
is "a name is answered before the next one comes" "$(cut -f 1,2 answers)" "d/z.pgm${tab}8"
exec 3>&-
wait

# ---- other commands --------------------------------------------------------------------------
run "$DIGITPAD" show d
like "show takes one file" "$status $err" '^5 .*d: is a directory'
done_testing
