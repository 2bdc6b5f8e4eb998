"""Real models, mutated: whatever comes in, only a MemplanError may come out, in bounded memory."""

import os
import random
import struct
import tracemalloc
from functools import partial

import pytest

from memplan.errors import MemplanError
from memplan.formats import InputFile, load, with_offline_plan
from memplan.liveness import Accounting
from memplan.study import Settings, prepare, study
from tests.formats.fuzzing import survives

SEED = int(os.environ.get("MEMPLAN_FUZZ_SEED", "20240229"))
EDGES = (0, 1, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFC)


def mutated(data, rng):
    """Offsets, lengths and numbers are what counts: words, near where the structure lies."""
    work = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(work) - 4)
        match rng.randrange(5):
            case 0:
                work[place] ^= 1 << rng.randrange(8)
            case 1:
                struct.pack_into("<I", work, place & ~3, rng.choice(EDGES))
            case 2:
                struct.pack_into("<I", work, place & ~3, rng.randrange(len(work)))
            case 3:
                struct.pack_into("<H", work, place & ~1, rng.choice((0, 2, 4, 6, 0xFFFF)))
            case 4 if rng.random() < 0.2:
                del work[place:]
                if len(work) < 16:
                    break
    return bytes(work)


def planned(data):
    """Plan the mutant and write the plan back into it."""
    net = prepare(load([InputFile("mutant", data)]))
    found = study(net, Settings("tflm", accounting=Accounting(state=False)))
    with_offline_plan(data, found.plan)


def survive(tflite_nets, count, seed):
    print(f"MEMPLAN_FUZZ_SEED={seed}")  # noqa: T201  shown when the test fails
    rng = random.Random(seed)
    paths = sorted(p for p in tflite_nets.iterdir() if p.stat().st_size < 60_000)
    sources = [p.read_bytes() for p in paths]
    good = 0
    for number in range(count):
        data = mutated(rng.choice(sources), rng)
        good += survives(partial(planned, data), f"seed {seed}, mutant {number}")
    return good


def test_mutants(tflite_nets):
    tracemalloc.start()
    good = survive(tflite_nets, 400, SEED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 10 < good < 390  # else the mutants are too wild, or too tame, to find anything
    assert peak < 100 * 2**20


@pytest.mark.long
def test_many_mutants(tflite_nets):
    assert survive(tflite_nets, 30_000, SEED + 1)


@pytest.mark.parametrize("size", [1, 10, 100, 1000])
def test_noise(size):
    rng = random.Random(SEED + size)
    for _ in range(200):
        with pytest.raises(MemplanError):
            load([InputFile("noise", b"\x08\0\0\0TFL3" + rng.randbytes(size))])
