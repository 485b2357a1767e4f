"""Bytes of pictures: PGM, PPM, and PNG of grey, alpha and palettes (standard library only)."""

import struct
import zlib

import numpy as np

CHANNELS = {"grey": (0, 1), "la": (4, 2), "rgba": (6, 4), "palette": (3, 1)}


def pgm(picture):
    """A binary PGM of an array [height, width], rounded and clipped to 0 … 255."""
    pixels = np.rint(picture).clip(0, 255).astype(np.uint8)
    return b"P5\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes()


def ppm(picture):
    """The same of an array [height, width, 3]."""
    pixels = np.rint(picture).clip(0, 255).astype(np.uint8)
    return b"P6\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, kind="grey", palette=None):
    """A PNG of uint8 [height, width] or [height, width, channels]; kind is one of CHANNELS.

    palette: uint8 [colours, 4] as RGBA, written as PLTE and tRNS.
    """
    pixels = np.ascontiguousarray(pixels, np.uint8)
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + width * CHANNELS[kind][1]), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, CHANNELS[kind][0], 0, 0, 0)
    parts = [chunk(b"IHDR", header)]
    if palette is not None:
        parts += [chunk(b"PLTE", palette[:, :3].tobytes()), chunk(b"tRNS", palette[:, 3].tobytes())]
    parts += [chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
