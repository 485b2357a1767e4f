#!/bin/sh
# Networks as many frameworks save them are opened without --arch, and agree with an evaluator
# written in NumPy; the table is tests/foreign/cases.py.
. "${srcdir:-.}/tests/tap.sh"
find_numpy || skip_all 'needs python3 with numpy'
PYTHONDONTWRITEBYTECODE=1 "$python" "$srcdir/tests/foreign/check.py" \
    "$builddir/tests/onnx/logits" "$tmp"
