"""Write the images of a raw file in the forms in which other programs write them.

usage: tables.py RAW FOLDER. Image i has the label i. Each file holds all of them."""
import json
import os
import sys

import numpy as np

raw, folder = sys.argv[1:]
x = np.fromfile(raw, np.uint8).reshape(-1, 784)
y = np.arange(len(x))
names = [str(i) for i in range(784)]
pixels = ["pixel%d" % i for i in range(784)]
square = ["%dx%d" % (i // 28 + 1, i % 28 + 1) for i in range(784)]


def path(name):
    return os.path.join(folder, name)


def table(name, columns, rows, separator=",", end="\n", encoding="utf-8"):
    """As DataFrame.to_csv writes it; columns: None for no header line."""
    lines = [columns] if columns else []
    lines += [[str(v) for v in row] for row in rows]
    with open(path(name), "w", encoding=encoding, newline="") as f:
        for line in lines:
            f.write(separator.join(line) + end)


xs, labelled = x.tolist(), [[i] + r for i, r in zip(y, x.tolist())]
last = [r + [i] for i, r in zip(y, xs)]
table("kaggle.csv", ["label"] + pixels, labelled)
table("mnist_csv.csv", ["label"] + square, labelled)
table("pandas-index.csv", [""] + names, [[i + 17] + r for i, r in enumerate(xs)])
table("pandas-bare.csv", names, xs)
table("pandas-labelled.csv", ["", "label"] + names, [[0] + r for r in labelled])
table("openml.csv", pixels + ["class"], last)
table("last.csv", None, last)
table("first.csv", None, labelled)
table("numbered.csv", [str(i) for i in range(785)], last)
table("excel.csv", ["label"] + pixels, labelled, ";", "\r\n", "utf-8-sig")
table("mac.csv", ["label"] + pixels, labelled, ",", "\r")
table("tabs.tsv", ["label"] + pixels, labelled, "\t")
table("comma-decimals.csv", None,
      [[("%.6f" % (v / 255)).replace(".", ",") for v in r] for r in xs], ";")
with open(path("r.csv"), "w") as f:  # write.table(sep=",") leaves out a name for the rows
    f.write(",".join('"V%d"' % (i + 1) for i in range(784)) + "\n")
    for i, r in enumerate(xs):
        f.write('"%d",' % (i + 1) + ",".join(map(str, r)) + "\n")
np.savetxt(path("savetxt.txt"), x)
np.savetxt(path("savetxt-label.txt"), np.column_stack([y, x]))
np.savetxt(path("savetxt-unit.csv"), x / 255, delimiter=",", header=",".join(names))
np.savetxt(path("savetxt-int.csv"), np.column_stack([y, x]), fmt="%d", delimiter=",")

cube = x.reshape(-1, 28, 28)
with open(path("rows.json"), "w") as f:
    json.dump(xs, f)
with open(path("cube.json"), "w") as f:
    json.dump(cube.tolist(), f)
with open(path("channel.json"), "w") as f:
    json.dump(cube[..., None].tolist(), f, indent=1)
with open(path("objects.json"), "w") as f:
    json.dump([{"id": i, "pixels": r} for i, r in enumerate(xs)], f, indent=2)
with open(path("pretty.json"), "w") as f:
    for r in xs:
        json.dump({"pixels": r}, f, indent=4)
        f.write("\n")
with open(path("joined.json"), "w") as f:
    for r in xs:
        json.dump({"pixels": r}, f)
