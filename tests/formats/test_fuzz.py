"""Real nets, mutated at random: whatever comes in, only a MemplanError may come out."""

import io
import os
import random
import zipfile
from functools import partial

import pytest

from memplan.errors import MemplanError
from memplan.formats import InputFile, load, to_bytes
from tests.formats.fuzzing import mutated, survives

SEED = int(os.environ.get("MEMPLAN_FUZZ_SEED", "20240229"))


def zip_of(path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def written(files):
    """Read the files and write the net."""
    to_bytes(load(files))


def survive(caffe2_nets, count, seed):
    print(f"MEMPLAN_FUZZ_SEED={seed}")  # noqa: T201  shown when the test fails
    rng = random.Random(seed)
    paths = sorted(p for p in caffe2_nets.rglob("*") if p.suffix in {".pb", ".pbtxt", ".json"})
    # The smaller a file, the more often: its structure is hit rather than its weights.
    sources = [p.read_bytes() for p in paths if p.stat().st_size < 70_000]
    sources += [zip_of(p) for p in paths if p.stat().st_size < 10_000]
    net = (caffe2_nets / "pt_squeeze/predict_net.pb").read_bytes()
    opened = 0
    for number in range(count):
        data = mutated(rng.choice(sources), rng)
        beside = [InputFile("net.pb", net)] if data.lstrip()[:1] == b"{" else []
        files = [InputFile("mutant", data), *beside]
        opened += survives(partial(written, files), f"seed {seed}, mutant {number}")
    return opened


def test_mutants(caffe2_nets):
    opened = survive(caffe2_nets, 400, SEED)
    assert 10 < opened < 390  # else the mutants are too wild, or too tame, to find anything


@pytest.mark.long
def test_many_mutants(caffe2_nets):
    assert survive(caffe2_nets, 30_000, SEED + 1)


@pytest.mark.parametrize("size", [1, 10, 100, 1000])
def test_noise(size):
    rng = random.Random(SEED + size)
    print(f"MEMPLAN_FUZZ_SEED={SEED}")  # noqa: T201  shown when the test fails
    for _ in range(200):
        head = rng.choice((b"", b"\x0a", b"\x12", b"PK\x03\x04", b"{", b"op {"))
        with pytest.raises(MemplanError):
            load([InputFile("noise", head + rng.randbytes(size))])
