#!/bin/sh
# Completion of the command line: the scripts for bash, zsh and fish have every option, and the shells
# complete with them.
. "${srcdir:-.}/tests/tap.sh"
scripts=$builddir/tui/completions
# Where fish makes a folder of its own.
export XDG_RUNTIME_DIR="$tmp/run"
mkdir -m 700 "$XDG_RUNTIME_DIR"
commands=$("$DIGITPAD" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p')

# long_options COMMAND: those that its --help lists.
long_options() {
    "$DIGITPAD" "$1" --help | sed -nE 's/^  (-.,|   ) (--[a-z0-9-]+).*/\2/p' | sort
}

# ---- the scripts ----------------------------------------------------------------------------
for command in $commands; do
    wanted=$(long_options "$command")
    is "bash: the options of $command" \
        "$(sed -n "s/^    '$command options') offer='_digitpad_words \(.*\)' ;;/\1/p" \
            "$scripts/digitpad" | tr ' ' '\n' | tr -d '=' | sort)" "$wanted"
    is "zsh: the options of $command" "$(sed -n "/^_digitpad-$command()/,/^}/s/^ *'[^[]*\(--[a-z0-9-]*\).*/\1/p" \
        "$scripts/_digitpad" | sort)" "$wanted"
    is "fish: the options of $command" "$(sed -n "s/^complete -c digitpad -n '__digitpad_is $command' -l \([a-z0-9-]*\) .*/--\1/p" \
        "$scripts/digitpad.fish" | sort)" "$wanted"
done

for shell in bash zsh fish; do
    script=digitpad
    [ $shell = zsh ] && script=_digitpad
    [ $shell = fish ] && script=digitpad.fish
    if command -v $shell >/dev/null; then
        run $shell -n "$scripts/$script"
        is "$shell reads its script" "$status$err" 0
    else
        skip "$shell reads its script" "no $shell"
    fi
done

# ---- what is offered ------------------------------------------------------------------------
mkdir -p "$tmp/data/digitpad" "$tmp/home" "$tmp/work/folder" "$tmp/bin"
for file in a.csv b.ndjson c.safetensors d.html "with blank.csv"; do
    : >"$tmp/work/$file"
done
printf '%s\n' '{"label":3,"strokes":[[[0,0],[5,5]]]}' '{"label":4,"strokes":[[[0,0],[5,5]]]}' \
    >"$tmp/data/digitpad/samples.ndjson"
XDG_DATA_HOME=$tmp/data HOME=$tmp/home
export XDG_DATA_HOME HOME
ln -s "$DIGITPAD" "$tmp/bin/digitpad"
cd "$tmp/work" || exit 99

cat >"$tmp/offer.bash" <<'END'
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_digitpad
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
END

# offers_bash WORD…, offers_fish WORD…: what the shell offers for the last word. In bash "=" is a word.
# shellcheck disable=SC2317 # called by its name in a variable
offers_bash() {
    bash --norc "$tmp/offer.bash" "$scripts/digitpad" "$DIGITPAD" "$@"
}

# shellcheck disable=SC2317
offers_fish() {
    PATH=$tmp/bin:$PATH fish --no-config -c \
        "source $scripts/digitpad.fish; complete -C 'digitpad $*'" | cut -f 1
}

# offered WANTED WORD…: these words, without "/" and "=" at the end, are offered for the last word.
offered() {
    wanted=$1
    shift
    is "$shell: digitpad $*" \
        "$("offers_$shell" "$@" | sed 's|[/=]$||' | LC_ALL=C sort | paste -s -d ' ' -)" "$wanted"
}

for shell in bash fish; do
    if ! command -v $shell >/dev/null; then
        skip "$shell offers what the tables have" "no $shell"
        continue
    fi
    offered predict pred
    offered "--fail-fast --files-from --files-from0 --format" predict --f
    offered "csv json text" predict -f ""
    offered "json" predict --format j
    offered "1 auto" predict --digits ""
    offered "reference" predict --kernel r
    offered "mlp mnist-8 mnist-mlp" predict -m m
    offered "c.safetensors cnn" predict -m c
    offered "c.safetensors cnn" convert c
    offered "" predict --top ""
    offered "" train --seed ""
    offered "a.csv" predict a
    offered "b.ndjson folder" train --strokes ""
    offered "fast fast-30 folder" train --recipe f
    offered "d.html" eval --report d
    offered "fetch list path remove verify" models ""
    offered "mlp mnist-8 mnist-mlp" models fetch m
    offered "" models list ""
    offered "1 2" samples remove ""
    offered "samples show" help s
    if "$DIGITPAD" --help | grep -q '^  draw '; then
        offered "b.ndjson bench" b
        offered "--print" --pri
    fi
done
shell=bash
offered "json" predict --format = j
offered "no paper yes" eval --sweep = ""
offered "--format=json" predict --format=j

# ---- typing ---------------------------------------------------------------------------------
# completes SHELL LINE WANTED: the line, typed with its TABs, runs digitpad with these arguments. fish
# has a blank for "=".
completes() {
    is "$1: typing $2" "$(python3 "$srcdir/tests/cli/type_line.py" "$1" "$scripts" \
        "$DIGITPAD" "$2" 2>&1 | tr '=' ' ')" "$(printf '%s\n' "$3" | tr '=' ' ')"
}

for shell in bash zsh fish; do
    if ! command -v $shell >/dev/null || ! command -v python3 >/dev/null; then
        skip "$shell completes what is typed" "no $shell or no python3"
        continue
    fi
    completes $shell 'predi\t--forma\tj\t a.\t' "predict --format=json a.csv"
    completes $shell 'predict --mi\t0.5' "predict --min-confidence=0.5"
    completes $shell 'predict -m ml\twi\t' "predict -m mlp with blank.csv"
    completes $shell 'info --no\tsy\t c.\t' "info --norm=symmetric c.safetensors"
    completes $shell 'models fe\tmnist-8\t' "models fetch mnist-8"
    completes $shell 'train --stroke\tb\t --recipe=na\t' "train --strokes=b.ndjson --recipe=nano"
done
done_testing
