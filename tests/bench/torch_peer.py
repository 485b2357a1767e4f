"""The reference networks in PyTorch: torch_peer.py MODEL SECONDS, or --export FOLDER."""

import sys
import time

import torch
from torch import nn

CONV_A = [nn.Conv2d(1, 64, 3), nn.BatchNorm2d(64), nn.GELU(), nn.MaxPool2d(2),
          nn.Conv2d(64, 64, 3), nn.BatchNorm2d(64), nn.GELU(), nn.MaxPool2d(2)]
CONV_B = [nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
          nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]


def dense(sizes, act):
    layers = [nn.Flatten()]
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers += [nn.Linear(a, b)] + [act()] * (i + 2 < len(sizes))
    return layers


NETWORKS = {
    "mlp-a": dense([784, 128, 64, 10], nn.ReLU),
    "mlp-b": dense([784, 512, 512, 10], nn.ReLU),
    "cnn-a": CONV_A + dense([1600, 128, 128, 10], nn.GELU),
    "cnn-b": CONV_B + dense([3136, 128, 10], nn.ReLU),
}


def median_seconds(work, seconds):
    for _ in range(3):
        work()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2]


def forward(net, n, seconds):
    x = torch.rand(n, 1, 28, 28)
    with torch.inference_mode():
        return median_seconds(lambda: net(x), seconds)


def training(net, n, seconds):
    net.train()
    x, label = torch.rand(n, 1, 28, 28), torch.arange(n) % 10
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), label).backward()
        optimizer.step()

    return median_seconds(step, seconds)


def export(folder):
    for name, layers in NETWORKS.items():
        torch.onnx.export(nn.Sequential(*layers).eval(), torch.rand(1, 1, 28, 28),
                          f"{folder}/{name}.onnx", input_names=["x"],
                          dynamic_axes={"x": {0: "n"}})


def main():
    if sys.argv[1] == "--export":
        export(sys.argv[2])
        return
    net, seconds = nn.Sequential(*NETWORKS[sys.argv[1]]), float(sys.argv[2])
    net.eval()
    for threads in [1, 2]:
        torch.set_num_threads(threads)
        print("f32 latency_us", threads, 1e6 * forward(net, 1, seconds))
    print("f32 images_per_s 2", 256 / forward(net, 256, seconds))
    print("f32 train_images_per_s 2", 128 / training(net, 128, seconds))


main()
