"""Hostile ONNX files: measured before they are parsed, inferred where they can do no harm."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import onnx
import pytest
from onnx import helper

from memplan.errors import Cancelled, FormatError, MemplanError, TooLarge
from memplan.formats import InputFile, load, onnx_shapes
from memplan.formats.limits import MAX_NETS_DEEP
from memplan.formats.onnx_shapes import infer_types
from memplan.study import prepare, study
from tests.conftest import REPOSITORY
from tests.formats.fuzzing import mutated, survives
from tests.formats.onnx_models import of_nodes, read, tensor, value

SEED = int(os.environ.get("MEMPLAN_FUZZ_SEED", "20240229"))


def field(tag: int, content: bytes) -> bytes:
    """A field of known length, as protobuf writes it."""
    length, size = [], len(content)
    while size >= 0x80:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([tag, *length, size]) + content


def graph_of(content: bytes) -> bytes:
    """A ModelProto with the bytes of a graph in it."""
    return b"\x08\x0a" + field(0x3A, content)


def test_empty_ops_are_counted_on_the_wire():
    data = graph_of(b"\x0a\0" * 2_500_000)
    started = time.process_time()
    with pytest.raises(TooLarge, match="more than 400,000 ops"):
        load([InputFile("a", data)])
    assert time.process_time() - started < 10


def test_empty_tensors_are_counted_on_the_wire():
    with pytest.raises(TooLarge, match="would unpack to more than"):
        load([InputFile("a", graph_of(b"\x2a\0" * 2_500_000))])


def nested(deep: int) -> onnx.ModelProto:
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["o"])], "g", [], [value("o", [4])])
    for level in range(deep):
        names = ("c", f"o{level}")
        node = helper.make_node("If", [names[0]], [names[1]], then_branch=graph, else_branch=graph)
        del node.attribute[1]
        graph = helper.make_graph([node], "g", [], [value(names[1], [4])])
    graph.input.extend([value("c", [], 9), value("x", [4])])
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 20)])


def test_bodies_within_the_bound_are_read_and_sized():
    net = prepare(read(nested(MAX_NETS_DEEP - 1)))
    assert study(net).metrics.peak_bytes


@pytest.mark.parametrize("deep", [MAX_NETS_DEEP, 50, 3000])
def test_deeper_bodies_are_refused(deep):
    content = b""
    for _ in range(deep):  # by hand: the library itself refuses to build these
        for tag in (0x32, 0x2A, 0x0A):  # g of an attribute of a node of a graph
            content = field(tag, content)
    with pytest.raises(TooLarge, match="nests nets more than"):
        load([InputFile("a", b"\x08\x0a" + field(0x3A, content))])


@pytest.mark.parametrize("dims", [[2**30, 2**30], [2**60], [2**62, 4], [2**63 - 1, 2**63 - 1]])
def test_tensors_of_2_to_the_60_elements_take_no_memory(dims):
    message = of_nodes(
        [helper.make_node("Add", ["x", "w"], ["h"]), helper.make_node("Relu", ["h"], ["y"])],
        [value("x", dims)],
        [value("y", None)],
        initializer=[tensor("w", dims)],
    )
    found = study(prepare(read(message))).metrics
    assert found.complete == (dims in ([2**30, 2**30], [2**60]))
    for blob in found.unknown:
        assert "2^63 bytes" in blob.reason


def test_a_shape_of_huge_constants_is_not_made():
    shape = helper.make_tensor("s", 7, [3], [2**30, 2**30, 4])
    message = of_nodes(
        [
            helper.make_node("ConstantOfShape", ["s"], ["c"]),
            helper.make_node("Range", ["a", "b", "d"], ["r"]),
        ],
        outputs=[value("c", None), value("r", None)],
        initializer=[
            shape,
            helper.make_tensor("a", 7, [], [0]),
            helper.make_tensor("b", 7, [], [2**60]),
            helper.make_tensor("d", 7, [], [1]),
        ],
    )
    assert study(prepare(read(message))).metrics.peak_bytes >= 0


def test_truncated_files_say_so():
    data = of_nodes([helper.make_node("Relu", ["x"], ["y"])] * 3, [value("x", [4])])
    whole = data.SerializeToString()
    for end in range(len(whole) // 2, len(whole) - 12):
        with pytest.raises(MemplanError) as caught:
            load([InputFile("cut.onnx", whole[:end])])
        assert isinstance(caught.value, FormatError)


def test_a_child_that_takes_too_long_is_ended_and_said(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx_shapes, "_CHILD", _script(tmp_path, "import time\ntime.sleep(60)\n"))
    found = infer_types(_relu(), deadline=0.5)
    assert (found.types, found.failed) == ({}, "it took too long")


def test_a_child_that_takes_too_much_memory_is_ended_and_what_it_told_stands(monkeypatch, tmp_path):
    monkeypatch.setattr(
        onnx_shapes,
        "_CHILD",
        _script(
            tmp_path,
            f"import sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n"
            "from memplan.formats.onnx_child import limit, tell\n"
            "limit(30, 2**28)\n"
            'tell({"types": {"": {"y": [1, [7]]}}})\n'
            "bytearray(2**30)\n",
        ),
    )
    found = infer_types(_relu(), deadline=60)
    assert found.types[""]["y"].shape == (7,)
    assert found.failed == "it took too much memory or time"


def test_the_child_has_one_hash_seed(monkeypatch, tmp_path):
    # ONNX Runtime goes through sets: the names that it gives to dims would change from run to run.
    script = 'import os\nprint(\'{"failed": "%s"}\' % os.environ["PYTHONHASHSEED"])\n'
    monkeypatch.setattr(onnx_shapes, "_CHILD", _script(tmp_path, script))
    assert infer_types(_relu()).failed == "0"


def test_the_work_can_be_stopped_and_no_child_is_left(monkeypatch):
    children: list[subprocess.Popen] = []
    real = subprocess.Popen

    def noted(*given, **named):
        children.append(real(*given, **named))
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)

    def stop(_share, _what):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        infer_types(_relu(), stop)
    assert [child.poll() is not None for child in children] == [True]


def _relu() -> onnx.ModelProto:
    return of_nodes([helper.make_node("Relu", ["x"], ["y"])], [value("x", ["n"])])


def _script(folder: Path, text: str) -> Path:
    path = folder / "child.py"
    path.write_text(text)
    return path


def opened(data: bytes, *, whole: bool) -> None:
    """Read the mutant; if it is wanted whole, plan it too."""
    net = load([InputFile("mutant", data)])
    if whole:
        study(prepare(net))


def survive(shared: Path, count: int, seed: int, *, whole: bool) -> int:
    print(f"MEMPLAN_FUZZ_SEED={seed}")  # noqa: T201  shown when the test fails
    rng = random.Random(seed)
    paths = sorted((shared / "nets/onnx").glob("*.onnx"))
    sources = [p.read_bytes() for p in paths if p.stat().st_size < 30_000]
    good = 0
    for number in range(count):
        data = mutated(rng.choice(sources), rng)
        work = partial(opened, data, whole=whole)
        good += survives(work, f"seed {seed}, mutant {number}", 700)
    return good


def test_mutants_are_read_or_refused(shared):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert 40 < survive(shared, 1500, SEED, whole=False) < 1490
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB


def test_mutants_are_sized_and_planned(shared):
    assert survive(shared, 25, SEED + 1, whole=True)


@pytest.mark.long
def test_many_mutants(shared):
    assert survive(shared, 20_000, SEED + 2, whole=False)
    assert survive(shared, 400, SEED + 3, whole=True)


def test_the_child_is_a_file_that_runs_alone():
    answer = subprocess.run(
        [sys.executable, "-P", onnx_shapes._CHILD, "30", str(2**32)],
        input=_relu().SerializeToString(),
        capture_output=True,
        check=True,
    )
    assert answer.stdout.splitlines()[0].startswith(b'{"types"')
