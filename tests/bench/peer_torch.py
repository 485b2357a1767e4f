"""The networks in PyTorch, in floats: peer_torch.py CHAIN SECONDS, as in peer.h."""

import sys
import time

import torch
from torch import nn


def build(chain):
    """The layers of a chain, each after a first one that the data decide."""
    layers, channels, side = [], 1, 28
    for words in (layer.replace("=", " ").split() for layer in chain.split("|")):
        if words[0] == "conv":
            pad = int(words[-1]) if "pad" in words else 0
            layers.append(nn.Conv2d(channels, int(words[1]), int(words[2]), padding=pad))
            channels, side = int(words[1]), side + 2 * pad - int(words[2]) + 1
        elif words[0] == "dense":
            layers.append(nn.Linear(channels * side * side, int(words[1])))
            channels, side = int(words[1]), 1
        elif words[0] == "maxpool":
            layers.append(nn.MaxPool2d(2))
            side //= 2
        else:
            layers.append({"bn": lambda: nn.BatchNorm2d(channels), "flatten": nn.Flatten,
                           "relu": nn.ReLU, "gelu": nn.GELU}[words[0]]())
    return nn.Sequential(*layers)


def repeat(work, seconds):
    """Seconds of one run: the median, and total ÷ number."""
    start, times = time.perf_counter(), []
    while time.perf_counter() < start + seconds / 4:
        work()
    begin = end = time.perf_counter()
    while end < begin + seconds or len(times) < 5:
        before = end
        work()
        end = time.perf_counter()
        times.append(end - before)
    return sorted(times)[len(times) // 2], (end - begin) / len(times)


def forward(net, batch, seconds):
    x = torch.rand(batch, 1, 28, 28)
    with torch.inference_mode():
        return repeat(lambda: net(x), seconds)


def training(net, batch, seconds):
    net.train()
    x, label = torch.rand(batch, 1, 28, 28), torch.arange(batch) % 10
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-4)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), label).backward()
        optimizer.step()

    return repeat(step, seconds)


def main():
    torch.set_flush_denormal(True)
    net, seconds = build(sys.argv[1]), float(sys.argv[2])
    net.eval()
    for threads in [1, 2]:
        torch.set_num_threads(threads)
        print("f32 latency_us", threads, 1, 1e6 * forward(net, 1, seconds)[0])
    for batch in [64, 256, 1024]:
        print("f32 images_per_s 2", batch, batch / forward(net, batch, seconds)[1])
    print("f32 train_images_per_s 2 128", 128 / training(net, 128, seconds)[1])


main()
