"""Real nets, mutated at random: whatever comes in, only a MemplanError may come out."""

import io
import os
import random
import zipfile

import pytest

from memplan.errors import MemplanError
from memplan.formats import InputFile, load, to_bytes

SEED = int(os.environ.get("MEMPLAN_FUZZ_SEED", "20240229"))
INTERESTING = (b"\0", b"\xff", b"\x12\0", b"\x0b", b"{", b"}", b'"', b"\\", b"\x80" * 9, b"op {")


def mutated(data, rng):
    """One to eight small changes: a bit, a piece cut, doubled, moved or put in, a cut end."""
    work = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(work) + 1)
        piece = slice(place, place + rng.choice((1, 2, 8, 100)))
        match rng.randrange(6):
            case 0 if place < len(work):
                work[place] ^= 1 << rng.randrange(8)
            case 1:
                del work[piece]
            case 2:
                work[place:place] = work[piece]
            case 3:
                work[place:place] = rng.choice(INTERESTING)
            case 4 if place < len(work):
                work[place] = rng.randrange(256)
            case 5 if rng.random() < 0.2:
                del work[place:]
    return bytes(work)


def zip_of(path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def outcome(files, which):
    """Whether the files are a net; anything but that and a MemplanError is a failure."""
    message = None
    try:
        to_bytes(load(files))
    except MemplanError as error:
        message = str(error)
    except Exception as error:
        raise AssertionError(f"{which}: {error!r}") from error
    if message is not None:
        assert "\n" not in message, which
        assert len(message) < 600, which
    return message is None


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
        opened += outcome([InputFile("mutant", data), *beside], f"seed {seed}, mutant {number}")
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
