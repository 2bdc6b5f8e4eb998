"""Which order of placing wins where: the greedy planners of `best_of` on problems of many kinds.

    python -m benchmarks.packing_orders [NUMBER] [FILE.csv | FOLDER] …

A NUMBER is how many buffers a generated problem has (2,000 unless told); of each kind there is one
for each of eight seeds. A file is MiniMalloc's CSV, a folder holds such, or it is one of nets, with
folders for the formats as `benchmarks.formats` has it. For each kind and planner: in how many
problems it was the lowest or one of them (`best`), the only one (`alone`), how far it is above the
lowest on average, and by how much the best of all would be higher without it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from benchmarks.formats import GENERATED, LENGTH, cases, files_of
from benchmarks.onnx_nets import DIMS
from benchmarks.packing import cut, files, pinwheel
from benchmarks.packing_large import made, read
from memplan.errors import MemplanError
from memplan.formats import load, read_shapes_json
from memplan.liveness import max_live, problem_from
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners.best_of import QUICK
from memplan.shapes import examples, free_dims
from memplan.study import prepare

SEEDS = 8


def layers(count: int, seed: int) -> Problem:
    """Training: activations wait for the backward pass, gradients and scratch come and go."""
    chance, buffers = Random(seed), list[Buffer]()
    for layer in range(count // 3):
        size = 4096 * max(1, int(2 ** chance.uniform(0, 8)))
        back = 2 * (count // 3) - layer
        buffers.append(Buffer(f"a{layer}", LiveRange(layer, back), size))
        buffers.append(Buffer(f"g{layer}", LiveRange(back - 1, back + 1), size))
        scratch = (
            LiveRange(layer, layer + 1) if chance.random() < 0.5 else LiveRange(back, back + 1)
        )
        buffers.append(Buffer(f"s{layer}", scratch, int(size * chance.uniform(0.1, 4))))
    return Problem(tuple(buffers))


def blocks(count: int, seed: int) -> Problem:
    """A net of blocks: a chain in each, a skip connection over it, sometimes one over many."""
    chance, buffers, step = Random(seed), list[Buffer](), 0
    while len(buffers) < count:
        length, width = chance.randrange(3, 9), 1024 * chance.choice((8, 16, 32, 64, 128, 256))
        reach = length if chance.random() < 0.9 else 10 * length
        buffers.append(Buffer(f"b{len(buffers)}", LiveRange(step, step + reach), width))
        for _ in range(length):
            size = int(width * chance.choice((0.25, 0.5, 1, 1, 4)))
            buffers.append(Buffer(f"b{len(buffers)}", LiveRange(step, step + 2), size))
            step += 1
    return Problem(tuple(buffers))


def anyhow(count: int, seed: int) -> Problem:
    """Births, lives and sizes at random: lives of some steps to some hundreds."""
    chance = Random(seed)
    lives = ((chance.randrange(count), int(2 ** chance.uniform(0, 9))) for _ in range(count))
    return Problem(
        tuple(
            Buffer(f"b{n}", LiveRange(begin, begin + life), chance.randrange(1, 4096))
            for n, (begin, life) in enumerate(lives)
        )
    )


def tenants(count: int, seed: int) -> Problem:
    """A server: sizes in powers of two; most lives are short, some as long as all."""
    chance, buffers = Random(seed), list[Buffer]()
    for n in range(count):
        life = min(count, int(chance.paretovariate(0.8)))
        begin = chance.randrange(count)
        buffers.append(
            Buffer(f"b{n}", LiveRange(begin, begin + life), 1 << chance.randrange(6, 18))
        )
    return Problem(tuple(buffers))


def sheet(count: int, seed: int) -> Problem:
    """The pieces of a full sheet, cut from a pinwheel."""
    return cut(pinwheel(), min(count, 1000), Random(seed))


KINDS: dict[str, Callable[[int, int], Problem]] = {
    "long net": made,
    "training": layers,
    "blocks": blocks,
    "anyhow": anyhow,
    "tenants": tenants,
    "sheet": sheet,
}


def of_nets(folder: Path) -> Iterator[Problem]:
    """The problems of real nets, where every size can be known."""
    for case in cases(folder):
        if case in GENERATED:
            continue
        try:
            net = load(files_of(case))
            shapes = Path(case) / "input_shapes.json"
            known = read_shapes_json(shapes.read_bytes(), shapes.name) if shapes.is_file() else {}
            dims = {d.name: (DIMS | LENGTH).get(d.name, 1) for d in free_dims(net)}
            problem = problem_from(prepare(net, known, dims=dims | examples(net, {})))
        except MemplanError:
            continue
        if len(problem.buffers) > 1 and not problem.unknown and len(problem.spaces) == 1:
            yield problem


def row(name: str, problems: list[Problem]) -> None:
    """Print how each planner does on some problems."""
    peaks: dict[str, list[float]] = {pack.__name__: [] for pack in QUICK}
    for problem in problems:
        bound = max_live(problem).bytes
        for pack in QUICK:
            peaks[pack.__name__].append(pack(problem).known_peak / bound)
    least = [min(each) for each in zip(*peaks.values(), strict=True)]
    mean = sum(least) / len(least)
    print(f"\n{name}: {len(problems)} problems, the lowest {mean:.4f} of max-live on average")
    for planner, own in peaks.items():
        others = [p for other, p in peaks.items() if other != planner]
        without = [min(each) for each in zip(*others, strict=True)]
        best = sum(a == b for a, b in zip(own, least, strict=True))
        alone = sum(a < b for a, b in zip(own, without, strict=True))
        above = sum(own) / sum(least) - 1
        print(
            f"  {planner:<20} best {best:3}  alone {alone:3}  above {above:8.2%}"
            f"  without it +{sum(without) / sum(least) - 1:.2%}",
            flush=True,
        )


def main() -> None:
    """Print a table for each kind of problem."""
    words = sys.argv[1:]
    count = next((int(word) for word in words if word.isdigit()), 2000)
    for name, make in KINDS.items():
        row(f"{name} of {count:,}", [make(count, seed) for seed in range(SEEDS)])
    for word in (Path(word) for word in words if not word.isdigit()):
        if (word / "onnx").is_dir():
            row(f"nets of {word.name}", list(of_nets(word)))
        else:
            row(word.name, [read(path) for path in files([str(word)])])


if __name__ == "__main__":
    main()
