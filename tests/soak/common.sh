# What the parts of scripts/soak share. Source it from tests/soak/PART.sh.
#
# Sets $root, the source tree, $part and $build, an existing folder that is kept between runs;
# exports SOAK_SECONDS; makes configure if it is missing. Defines the functions below and those of
# scripts/common.sh.
# shellcheck shell=sh disable=SC2034
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/scripts/common.sh"
make_configure >&2 || exit 2
part=$(basename "$0" .sh)
build=${SOAK_BUILD:-$root/build-soak/$part}
mkdir -p "$build" || exit 2
build=$(cd "$build" && pwd)
export SOAK_SECONDS="${SOAK_SECONDS:-3600}"

# Progress and findings, to standard error.
say() {
    printf '%s: %s\n' "$part" "$*" >&2
}

# need TOOL…: end with status 2 if one is missing.
need() {
    for tool; do
        command -v "$tool" >/dev/null && continue
        say "$tool: not found; install it, see test_packages in scripts/check"
        exit 2
    done
}
