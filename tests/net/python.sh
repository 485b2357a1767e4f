# shellcheck shell=sh disable=SC2154
# Run the Python test with the name of the script that sources this file.
. "${srcdir:-.}/tests/tap.sh"
rm -rf "$tmp"
command -v python3 >/dev/null || skip_all "python3 is missing"
[ -x "$builddir/digitpad-hub" ] || skip_all "built without the Hub"
"$DIGITPAD" --version | grep -q protobuf-c || skip_all "built without ONNX support"
export DIGITPAD srcdir builddir
PYTHONDONTWRITEBYTECODE=1 exec python3 "${0%.sh}.py"
