# shellcheck shell=sh disable=SC2154
# Run the Python test with the name of the script that sources this file.
. "${srcdir:-.}/tests/tap.sh"
rm -rf "$tmp"
command -v python3 >/dev/null || skip_all "python3 is missing"
export DIGITPAD srcdir builddir
exec python3 "${0%.sh}.py"
