#!/bin/sh
# ONNX graphs in the styles of many exporters, against an evaluator written in NumPy, and
# graphs that must be refused.
. "${srcdir:-.}/tests/tap.sh"
"$DIGITPAD" --version | grep -q protobuf-c || skip_all 'built without ONNX support'
python=
for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import numpy' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || skip_all 'needs python3 with numpy'
PYTHONDONTWRITEBYTECODE=1 "$python" "$srcdir/tests/onnx/check.py" \
    "$builddir/tests/onnx/logits" "$tmp"
