"""What a network reads in a set of images or drawings, by `digitpad predict`."""

import csv
import subprocess
from dataclasses import dataclass

import sets


@dataclass
class Count:
    n: int
    right: int
    rejected: int


class Reader:
    def __init__(self, program, model, folder):
        self.command = [program, "predict", "--quiet", "--format=csv", f"--model={model}"]
        self.folder = folder

    def answers(self, path):
        """(digit, whether it is rejected) for each image of a file."""
        done = subprocess.run([*self.command, path], capture_output=True, text=True, check=True)
        lines = csv.DictReader(done.stdout.splitlines())
        return [(int(a["digit"] or -1), a["rejected"] == "true") for a in lines]

    def read(self, measured):
        answers = self.answers(measured.path)
        right = sum(digit == label for (digit, _), label in zip(answers, measured.labels))
        return Count(len(answers), right, sum(rejected for _, rejected in answers))

    def misread(self, drawings):
        """The drawings that are not read as their labels, each with what they are read as."""
        path = self.folder / "asked.ndjson"
        sets.write_drawings(path, drawings)
        answers = self.answers(path)
        return [(d, digit) for d, (digit, _) in zip(drawings, answers) if digit != d["label"]]
