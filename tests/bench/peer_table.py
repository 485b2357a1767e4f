"""The table of tests/bench/peers: for each kind of work and each network the figures of all
programs, the best peer, and the ratio of digitpad to it."""

import math
import statistics

ROWS = {  # (precision, metric, threads)
    "one image, float32, 1 thread": ("f32", "latency_us", 1),
    "one image, float32, 2 threads": ("f32", "latency_us", 2),
    "one image, int8, 1 thread": ("int8", "latency_us", 1),
    "one image, int8, 2 threads": ("int8", "latency_us", 2),
    "batch, float32, 2 threads": ("f32", "images_per_s", 2),
    "batch, int8, 2 threads": ("int8", "images_per_s", 2),
    "training, batch 128, 2 threads": ("f32", "train_images_per_s", 2),
}
CROWDED = 0.05  # processors that other programs may use during a round


def is_time(metric):
    return metric == "latency_us"


def best(metric, values):
    return (min if is_time(metric) else max)(values)


def clean(results):
    """Each program's quiet rounds on a network; all of its rounds if none was quiet."""
    quiet = [r for r in results if r["others"] < CROWDED]
    have = {(r["network"], r["program"]) for r in quiet}
    return quiet + [r for r in results if (r["network"], r["program"]) not in have]


def figures(results):
    """{(network, row): {program: median over the rounds, with its best batch size}}"""
    samples = {}
    for result in clean(results):
        for precision, metric, threads, batch, value in result["rows"]:
            for row, wanted in ROWS.items():
                if wanted == (precision, metric, threads):
                    cell = samples.setdefault((result["network"], row), {})
                    batches = cell.setdefault(result["program"], {})
                    batches.setdefault(batch, []).append(value)
    table = {}
    for (network, row), cell in samples.items():
        metric = ROWS[row][1]
        table[network, row] = {p: best(metric, map(statistics.median, batches.values()))
                               for p, batches in cell.items()}
    return table


def compare(cell, metric, program, programs):
    """The best peer of a cell, and the ratio of a digitpad to it."""
    theirs = {name: value for name, value in cell.items() if name not in programs}
    if program not in cell or not theirs:
        return None, None
    name = best(metric, [(value, name) for name, value in theirs.items()])[1]
    ratio = cell[program] / theirs[name]
    return name, 1 / ratio if is_time(metric) else ratio


def number(value):
    if value >= 1e6:
        return f"{value / 1e6:.2f} M"
    if value >= 1e5:
        return f"{value / 1e3:.0f} k"
    if value >= 1e3:
        return f"{value / 1e3:.3g} k"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def summary(ratios):
    under = sum(ratio < 1 for ratio in ratios)
    mean = math.exp(statistics.fmean(math.log(ratio) for ratio in ratios))
    return f"{under} of {len(ratios)} cells under 1.0; geometric mean {mean:.2f}"


def show_text(table, programs, networks):
    for network in networks:
        for row, (_, metric, _) in ROWS.items():
            cell = table.get((network, row))
            if not cell:
                continue
            print(f"{network}: {row}, {'µs' if is_time(metric) else 'images/s'}")
            for name, value in sorted(cell.items(), key=lambda item: item[1],
                                      reverse=not is_time(metric)):
                peer, ratio = compare(cell, metric, name, programs)
                note = f"  {ratio:.2f} of {peer}" if name in programs and peer else ""
                print(f"  {name:24} {number(value):>8}{note}")


def show_markdown(table, programs, networks):
    print("| | " + " | ".join(networks) + " |\n" + "|---" * (len(networks) + 1) + "|")
    for row, (_, metric, _) in ROWS.items():
        line = row
        for network in networks:
            cell = table.get((network, row), {})
            peer, ratio = compare(cell, metric, programs[-1], programs)
            line += " | "
            if peer:
                bold = "**" if ratio < 1 else ""
                line += (f"{number(cell[programs[-1]])} ({peer} {number(cell[peer])}) "
                         f"{bold}{ratio:.2f}{bold}")
        print(f"| {line} |")


def show(results, programs, networks, markdown):
    """Print the results of the networks: the peers, and of the digitpads `programs`."""
    results = [r for r in results if r["network"] in networks
               and (r["is_peer"] or r["program"] in programs)]
    table = figures(results)
    (show_markdown if markdown else show_text)(table, programs, networks)
    print()
    for program in programs:
        compared = [compare(cell, ROWS[row][1], program, programs)
                    for (_, row), cell in table.items()]
        ratios = [ratio for peer, ratio in compared if peer]
        if ratios:
            print(f"{program}: {summary(ratios)}")
    crowded = sum(r["others"] >= CROWDED for r in results)
    print(f"{len(results)} measurements, {crowded} beside other programs")
