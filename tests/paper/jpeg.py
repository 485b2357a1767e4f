"""What JPEG does to a grey picture: blocks of 8x8 pixels whose cosine coefficients are rounded
with the steps of the standard's luminance table (ITU-T T.81, annex K), scaled by quality."""

import numpy as np

STEPS = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
], np.float32).reshape(8, 8)


def cosines():
    """The orthonormal cosine transform of 8 samples, a row for each frequency."""
    k, x = np.arange(8)[:, None], np.arange(8)[None, :]
    rows = np.cos((2 * x + 1) * k * np.pi / 16) / 2
    rows[0] /= np.sqrt(2)
    return rows.astype(np.float32)


def compressed(picture, quality):
    """The picture after compression at a quality of 1 to 100."""
    scale = 50 / quality if quality < 50 else 2 - quality / 50
    steps = np.maximum(np.floor(STEPS * scale + 0.5), 1)
    height, width = picture.shape
    wide = np.pad(picture, ((0, -height % 8), (0, -width % 8)), "edge") - 128
    blocks = wide.reshape(wide.shape[0] // 8, 8, wide.shape[1] // 8, 8).transpose(0, 2, 1, 3)
    turn = cosines()
    rounded = np.rint(turn @ blocks @ turn.T / steps) * steps
    back = (turn.T @ rounded @ turn).transpose(0, 2, 1, 3).reshape(wide.shape)
    return back[:height, :width] + 128
