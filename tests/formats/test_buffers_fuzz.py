"""Buffers as CSV, plans as JSON, and zips of both, mutated: only a MemplanError comes out."""

from __future__ import annotations

import json
import os
import random
import tracemalloc
from functools import partial
from pathlib import Path

import pytest

from memplan.errors import MemplanError
from memplan.formats import InputFile, load
from memplan.samples import FOLDER
from memplan.study import Settings, prepare, study
from memplan.views.plan_files import plan_json
from tests.formats.fuzzing import mutated, survives
from tests.formats.test_zips import packed

SEED = int(os.environ.get("MEMPLAN_FUZZ_SEED", "20250301"))
MOST = 150 * 2**20  # bytes, for files of some KB
ROW = "b{0},{0},{1},{2},{3},-1,{4}-{5}@0:{0},\n"
ROWS = (ROW.format(i, i + 9, 64 * i, 1 << i % 5, i + 1, i + 2) for i in range(40))
GAPS = "id,lower,upper,size,alignment,hint,gaps,offset\n" + "".join(ROWS)
WORDS = (b",", b"\n", b"-", b"@", b":", b'"', b"\0", b"null", b"1e999", b"[", b"}", b"9" * 25)


def sources(shared: Path) -> list[bytes]:
    """Real files, some KB each."""
    found = [(shared / "minimalloc" / f"{name}.1048576.csv").read_bytes() for name in "AC"]
    found += [(shared / "minimalloc" / "input.12.csv").read_bytes(), GAPS.encode()]
    files = [InputFile(p.name, p.read_bytes()) for p in (FOLDER / "lenet").iterdir()]
    nets = [load(files), *(load([InputFile("b.csv", csv)]) for csv in found)]
    found += [json.dumps(plan_json(study(prepare(net)))).encode() for net in nets]
    found += [packed([("b.csv", data)]) for data in found[:4]]
    return found + [packed([("p.json", data)]) for data in found[4:7]]


def mutant(source: bytes, rng: random.Random) -> bytes:
    """One digit changed, or a word put in, or several wild changes."""
    work = bytearray(source)
    place = rng.randrange(len(work))
    match rng.randrange(4):
        case 0:
            return mutated(source, rng)
        case 1:
            work[place : place + rng.choice((0, 1, 4))] = rng.choice(WORDS)
        case _:
            digits = [at for at, byte in enumerate(work) if 48 <= byte <= 57] or [place]
            work[rng.choice(digits)] = rng.randrange(48, 58)
    return bytes(work)


def survive(shared: Path, count: int, seed: int) -> int:
    print(f"MEMPLAN_FUZZ_SEED={seed}")  # noqa: T201  shown when the test fails
    rng = random.Random(seed)
    every = sources(shared)
    opened = 0
    tracemalloc.start()
    try:
        for number in range(count):
            data = mutant(rng.choice(every), rng)
            opened += survives(partial(planned, data), f"seed {seed}, mutant {number}", 700)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST
    return opened


def planned(data: bytes) -> None:
    """What is read can also be planned, or is refused: a plan may be unsafe, never a fault."""
    net = prepare(load([InputFile("mutant", data)]))
    if net.steps < 1000:
        study(net, Settings(planner=""))
        json.dumps(plan_json(study(net, Settings("greedy_by_size"))))


def test_mutants(shared: Path) -> None:
    opened = survive(shared, 300, SEED)
    assert 10 < opened < 290  # else the mutants are too wild, or too tame, to find anything


@pytest.mark.long
def test_many_mutants(shared: Path) -> None:
    assert survive(shared, 20_000, SEED + 1)


@pytest.mark.parametrize(
    "data",
    [
        b"id,lower,upper,size\n" + b"," * 2_000_000,
        b"id,lower,upper,size\n" + b'"' + b"a\n" * 500_000,
        b"id,lower,upper,size\n" + b"a,0,2,8\n" * 100_000,
        b"id,lower,upper,size,gaps\na,0,999,8," + b"1-2 " * 500_000,
        b"id,lower,upper,size\n" + b"\n" * 1_700_000,
        b"id,lower," + b"upper," * 1_000_000 + b"size\n",
        b'{"peak_bytes": 1, "buffers": [' + b"[]," * 2_500_000 + b"1]}",
        b'{"peak_bytes": 1, "buffers": [' + b"{}," * 1_000_000 + b"{}]}",
        b'{"peak_bytes": 1, "buffers": ' + b"[" * 1_000_000,
        b'{"peak_bytes": 1, "buffers": [{"name": "' + b"a" * 8_000_000 + b'"}]}',
    ],
)
def test_hostile_files_are_refused_in_bounded_memory(data: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(MemplanError) as caught:
            load([InputFile("hostile", data)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 700
    assert peak < 300 * 2**20
