"""Zips of every kind of file that is read: opened alike, bounded, names never paths."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from memplan.errors import FormatError, TooLarge
from memplan.formats import InputFile, archive, load
from memplan.net import Net
from memplan.samples import FOLDER
from memplan.study import Settings, prepare, study
from memplan.views.plan_files import plan_json

CSV = b"id,lower,upper,size\na,0,2,8\nb,1,3,4\n"
LENET = FOLDER / "lenet"


def plan_of(*files: tuple[str, bytes]) -> bytes:
    return json.dumps(plan_json(study(prepare(opened(*files))))).encode()


def opened(*files: tuple[str, bytes]) -> Net:
    return load([InputFile(name, data) for name, data in files])


def kinds() -> dict[str, list[tuple[str, bytes]]]:
    """Files that are opened together, by kind."""
    onnx = (FOLDER / "transformer" / "transformer.onnx").read_bytes()
    tflite = (FOLDER / "mobilenet_block" / "net.tflite").read_bytes()
    caffe2 = [(path.name, path.read_bytes()) for path in sorted(LENET.iterdir())]
    block = ("net.tflite", tflite)
    return {
        "onnx": [("net.onnx", onnx)],
        "tflite": [block],
        "caffe2": caffe2,
        "csv": [("buffers.csv", CSV)],
        "plan": [("plan.json", plan_of(("b.csv", CSV)))],
        "net and plan": [block, ("plan.json", plan_of(block))],
    }


KINDS = kinds()


def packed(files: list[tuple[str, bytes]], folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in files:
            whole.writestr(folder + name, data)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["", "some/where/"])
def test_every_kind_is_opened_from_a_zip_as_it_is_alone(kind: str, folder: str) -> None:
    files = KINDS[kind]
    note = [*files, ("README.txt", b"once upon a time"), ("picture.png", b"\x89PNG\r\n\x1a\n")]
    alone, zipped = opened(*files), opened(("all.zip", packed(note, folder)))
    assert (zipped.ops, zipped.blobs) == (alone.ops, alone.blobs)
    assert (zipped.given, zipped.placed) == (alone.given, alone.placed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_zip_in_a_zip_is_refused(kind: str) -> None:
    with pytest.raises(FormatError, match="another zip"):
        opened(("out.zip", packed([("in.zip", packed(KINDS[kind]))])))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["../", "../../etc/", "/", "a/../../", "..\\", "C:\\"])
def test_names_that_lead_outside_are_refused_and_nothing_is_written(
    kind: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FormatError, match="leads outside"):
        opened(("out.zip", packed(KINDS[kind], folder)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["b.csv", "p.json", "n.onnx", "n.tflite", "n.pb"])
def test_what_unpacks_to_too_much_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100_000)
    bomb = packed([(name, b"id,lower,upper,size\n" + b"0" * 1_000_000)])
    assert len(bomb) < 5000
    with pytest.raises(TooLarge):
        opened(("bomb.zip", bomb))
    # A lie about the size: no more than it says is unpacked, and that is no whole file.
    lie = bomb.replace((1_000_020).to_bytes(4, "little"), (90_000).to_bytes(4, "little"))
    assert lie != bomb
    with pytest.raises(FormatError):
        opened(("bomb.zip", lie))


def test_a_plan_in_a_zip_is_checked_against_the_net_beside_it() -> None:
    net, (name, data) = KINDS["net and plan"]
    plan = json.loads(data)
    for row in plan["buffers"]:
        row["offset"] = 0
    bad = packed([net, (name, json.dumps(plan).encode())])
    found = study(prepare(opened(("all.zip", bad))), Settings(planner=""))
    assert "both lie on bytes" in (found.unsafe or "")
    with pytest.raises(FormatError, match="are both plans"):
        opened(("all.zip", packed([net, (name, data), ("again.json", data)])))
    with pytest.raises(FormatError, match="another net"):
        opened(("all.zip", packed([net, ("b.csv", CSV)])))
