"""Write graphs of graphs.py to files.

usage: write.py FOLDER NAME..."""

import os
import sys

import graphs

made = dict(graphs.GOOD)
for name in sys.argv[2:]:
    with open(os.path.join(sys.argv[1], name + ".onnx"), "wb") as f:
        f.write(made[name]().encode())
