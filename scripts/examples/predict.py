#!/usr/bin/env python3
"""predict.py FILE...: recognise the digits in pictures and drawings with libdigitpad.

Only the standard library is needed. For each picture or drawing of a file it prints a line: the
file, the digit, and how probable it is, with tabs between them. ? is a digit that is rejected,
- a blank. `Predictor` can be used in other programs; digitpad.h describes the functions.
"""
import ctypes
import sys
from ctypes import POINTER, byref, c_char, c_char_p, c_float, c_int, c_size_t, c_void_p

END = 100


class Error(ctypes.Structure):
    _fields_ = [("code", c_int), ("message", c_char * 768)]


class Prediction(ctypes.Structure):
    _fields_ = [("digit", c_int), ("digits", c_int), ("rejected", c_int),
                ("confidence", c_float), ("probability", c_float * 10), ("box", c_float * 4)]


lib = ctypes.CDLL("libdigitpad.so.0")
for name, *arguments in [
        ("model_open", POINTER(c_void_p), c_char_p, c_void_p, POINTER(Error)),
        ("predictor_create", POINTER(c_void_p), c_void_p, c_void_p, POINTER(Error)),
        ("reader_open", POINTER(c_void_p), c_char_p, c_size_t, c_char_p, POINTER(Error)),
        ("predict_next", POINTER(Prediction), c_void_p, c_void_p, POINTER(Error)),
        ("predict_strokes", POINTER(Prediction), c_void_p, POINTER(c_float),
         POINTER(c_size_t), c_size_t, POINTER(Error)),
        ("model_close", c_void_p), ("predictor_free", c_void_p), ("reader_close", c_void_p)]:
    getattr(lib, "digitpad_" + name).argtypes = arguments


def call(name, *arguments):
    """Call a function with an Error at the end; return its code, or raise."""
    error = Error()
    code = getattr(lib, "digitpad_" + name)(*arguments, byref(error))
    if code not in (0, END):
        raise ValueError(error.message.decode(errors="replace"))
    return code


class Predictor:
    """A model and its workspace, for one thread."""

    def __init__(self, name="cnn"):
        model, self.handle = c_void_p(), c_void_p()
        call("model_open", byref(model), name.encode(), None)
        try:
            call("predictor_create", byref(self.handle), model, None)
        finally:
            lib.digitpad_model_close(model)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        lib.digitpad_predictor_free(self.handle)

    def file(self, content):
        """Yield a Prediction for each picture or drawing in the bytes of a file."""
        reader = c_void_p()
        call("reader_open", byref(reader), content, len(content), None)
        try:
            prediction = Prediction()
            while call("predict_next", byref(prediction), self.handle, reader) != END:
                yield prediction
                prediction = Prediction()
        finally:
            lib.digitpad_reader_close(reader)

    def strokes(self, strokes):
        """The Prediction for a drawing, [[(x, y), ...], ...] with y down."""
        flat = [value for stroke in strokes for point in stroke for value in point]
        counts = [len(stroke) for stroke in strokes]
        prediction = Prediction()
        call("predict_strokes", byref(prediction), self.handle, (c_float * len(flat))(*flat),
             (c_size_t * len(counts))(*counts), len(counts))
        return prediction


def main(files):
    with Predictor() as predictor:
        for file in files:
            with open(file, "rb") as f:
                content = f.read()
            for p in predictor.file(content):
                digit = "-" if p.digits == 0 else "?" if p.rejected else p.digit
                print(file, digit, f"{p.confidence:.4f}" if p.digits else "-", sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:])
