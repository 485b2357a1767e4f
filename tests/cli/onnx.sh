#!/bin/sh
# ONNX graphs in the styles of many exporters, against an evaluator written in NumPy, and
# graphs that must be refused.
. "${srcdir:-.}/tests/tap.sh"
"$DIGITPAD" --version | grep -q protobuf-c || skip_all 'built without ONNX support'
find_numpy || skip_all 'needs python3 with numpy'
PYTHONDONTWRITEBYTECODE=1 "$python" "$srcdir/tests/onnx/check.py" \
    "$builddir/tests/onnx/logits" "$builddir/tests/fuzz/replay" "$tmp"
