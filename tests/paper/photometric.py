"""Changes of level as MNIST-C defines them (Mu and Gilmer 2019, after Hendrycks and Dietterich
2019), written from the description: functions of (rng, image) with images of 0 … 1, 28x28."""

import numpy as np

from page import blur, enlarge


def brightness(rng, image):
    return image + rng.uniform(0.1, 0.55)


def contrast(rng, image):
    return (image - image.mean()) * rng.uniform(0.1, 0.7) + image.mean()


def shot_noise(rng, image):
    photons = np.exp(rng.uniform(np.log(8), np.log(60)))
    return rng.poisson(image * photons) / photons


def impulse_noise(rng, image):
    share = rng.uniform(0.02, 0.12)
    hit = rng.random(image.shape)
    return np.where(hit < share / 2, 0.0, np.where(hit < share, 1.0, image))


def plasma(rng, side, decay):
    """Fractal noise, 0 … 1: octaves whose amplitude falls by decay from one to the next."""
    total, amplitude, cells = np.zeros((side, side), np.float32), 1.0, 2
    while cells < side:
        total += amplitude * enlarge(rng.uniform(-1, 1, (cells, cells)).astype(np.float32), (side, side))
        amplitude, cells = amplitude / decay, cells * 2
    return (total - total.min()) / (total.max() - total.min())


def fog(rng, image):
    amount, decay = rng.uniform(0.8, 2.0), rng.uniform(1.5, 2.0)
    top = image.max()
    return (image + amount * plasma(rng, image.shape[0], decay)) * top / (top + amount)


def defocus_blur(rng, image):
    radius = rng.uniform(0.6, 2.0)
    at = np.arange(-3, 4)
    disk = (radius + 0.5 - np.hypot(at[:, None], at[None, :])).clip(0, 1)
    wide = np.pad(image, 3)
    blurred = sum(disk[y, x] * wide[y:y + 28, x:x + 28] for y in range(7) for x in range(7))
    return blurred / disk.sum()


def motion_blur(rng, image):
    length, angle = rng.uniform(2, 6), rng.uniform(-np.pi / 4, np.pi / 4)
    steps = np.linspace(-length / 2, length / 2, 9)
    return np.mean([shifted(image, s * np.cos(angle), s * np.sin(angle)) for s in steps], 0)


def shifted(image, x, y):
    """Moved by a fraction of a pixel; zeros come in."""
    def weights(by):
        at = np.arange(28) - by
        return (1 - np.abs(at[:, None] - np.arange(28))).clip(0)
    return weights(y) @ image @ weights(x).T


def glass_blur(rng, image):
    sigma = rng.uniform(0.5, 0.9)
    image = blur(image.astype(np.float32), sigma)
    for y in range(27, 0, -1):
        for x in range(27, 0, -1):
            down, right = rng.integers(-1, 1, 2)
            other = y + down, x + right
            image[y, x], image[other] = image[other], image[y, x]
    return blur(image, sigma)


def spatter(rng, image):
    """Drops: a blurred noise above a threshold, lighter than the ground."""
    drops = blur(0.65 + 0.3 * rng.standard_normal(image.shape).astype(np.float32), rng.uniform(1.0, 2.5))
    top = np.quantile(drops, 1 - rng.uniform(0.02, 0.1))
    drops = ((drops - top) / max(drops.max() - top, 1e-6)).clip(0, 1)
    return image + rng.uniform(0.3, 0.7) * drops


def dotted_line(rng, image):
    """A straight line of dots from edge to edge, as light as the ink, one pixel thick."""
    angle = rng.uniform(0, np.pi)
    at = rng.uniform(6, 22, 2)
    steps = np.arange(-30, 30, rng.uniform(2, 4))
    x = np.rint(at[0] + steps * np.cos(angle)).astype(int)
    y = np.rint(at[1] + steps * np.sin(angle)).astype(int)
    inside = (x >= 0) & (x < 28) & (y >= 0) & (y < 28)
    out = image.copy()
    out[y[inside], x[inside]] = 1
    return out


CORRUPTIONS = {
    "brightness +.1 to +.55": brightness, "contrast": contrast, "shot noise": shot_noise,
    "impulse noise 2 to 12 %": impulse_noise, "fog": fog, "defocus blur": defocus_blur,
    "motion blur": motion_blur, "glass blur": glass_blur, "spatter": spatter,
    "dotted line": dotted_line,
}
