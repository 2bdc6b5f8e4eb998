"""The command `optimize`: its answer, the net it writes, and what it refuses."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from memonger.vectors import examples, real_net

from memplan import memonger
from memplan.cli import main
from memplan.formats import InputFile, load
from memplan.formats import netdef_pb2 as pb
from memplan.net import made_names
from memplan.planners import PLANNERS
from memplan.study import Settings, prepare, study

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = REPOSITORY / "sample_nets"
IN_PLACE = SAMPLES / "in_place" / "predict_net.pbtxt"
KEYS = [
    *("planner", "blobs_before", "blobs_after", "bytes_before", "bytes_after"),
    *("unknown", "mapping", "unchanged", "safe", "unsafe", "out"),
]
# Bytes of all slots of resnet50, the data blob not counted: what the real library comes to.
RESNET50 = {
    "naive": 89730880,
    "caffe2_simple": 9637792,
    "caffe2_dag": 16060320,
    "caffe2_dag_sized": 17665952,
}
REAL = ("bvlc_alexnet", "inception_v1", "nnresearch_superres", "pt_squeeze", "resnet50")

Ask = Callable[..., dict[str, Any]]
Refuse = Callable[..., str]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run `optimize … --json` in this process; it must succeed."""

    def run(*arguments: object) -> dict[str, Any]:
        status = main(["optimize", *map(str, arguments), "--json"])
        written = capsys.readouterr()
        assert (status, written.err) == (0, "")
        return json.loads(written.out)

    return run


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Run `optimize` in this process; it must complain in one line, and do nothing else."""

    def run(*arguments: object) -> str:
        status = main(["optimize", *map(str, arguments)])
        written = capsys.readouterr()
        assert (status, written.out) == (2, "")
        assert written.err.startswith("memplan: ")
        assert written.err.count("\n") == 1
        return written.err

    return run


def written_to(folder: Path, net: pb.NetDef) -> Path:
    path = folder / "net.pb"
    path.write_bytes(net.SerializeToString())
    return path


def binary(path: Path) -> pb.NetDef:
    return pb.NetDef.FromString(path.read_bytes())


def flags(name: str, blobs: Any) -> list[str]:
    return [f"--{name}={blob}" for blob in blobs]


def scoped(planner: str, scope: str, dont_share: Any = ()) -> list[str]:
    return [f"--planner={planner}", f"--namescope={scope}", *flags("dont-share", dont_share)]


def names_in(net: pb.NetDef) -> set[str]:
    return {name for op in net.op for name in (*op.input, *op.output)}


def inner_blobs(net: pb.NetDef, static: Any = ()) -> set[str]:
    """What may share by default: made by an op, awaited by nobody outside."""
    made = {name for op in net.op for name in op.output}
    return made - {*net.external_input, *net.external_output, *static}


# What is answered


def test_the_answer_in_json(ask: Ask, tmp_path: Path) -> None:
    out = tmp_path / "out.pb"
    plain = ask(IN_PLACE)
    assert list(plain) == KEYS
    assert (plain["planner"], plain["out"], plain["safe"]) == ("safe", None, True)
    shapes = ("--init", SAMPLES / "in_place" / "init_net.pbtxt", "--input=data=1,3,32,32")
    told = ask(IN_PLACE, *shapes, "--out", out)
    assert told["out"] == str(out)
    assert told["unknown"] == []
    before, after = names_in(load_text(IN_PLACE)), names_in(binary(out))
    assert (told["blobs_before"], told["blobs_after"]) == (len(before), len(after))
    assert told["bytes_after"] < told["bytes_before"]
    assert set(told["mapping"]) <= before
    assert set(told["mapping"].values()) <= after
    assert all(old != new for old, new in told["mapping"].items())


def load_text(path: Path) -> pb.NetDef:
    return text_format.Parse(path.read_text(), pb.NetDef())


def test_what_is_unknown_is_listed_with_its_reason(ask: Ask) -> None:
    told = ask(IN_PLACE, "--init", SAMPLES / "in_place" / "init_net.pbtxt", "--role=data=input")
    for row in told["unknown"]:
        assert set(row) == {"name", "reason"}
        assert row["reason"]
    assert ask(IN_PLACE)["unknown"], "without weights sizes are unknown"


def test_an_unsafe_answer_is_told_and_written_all_the_same(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.pb"
    told = ask(IN_PLACE, "--planner", "caffe2_simple", "--out", out)
    assert not told["safe"]
    assert "conv1" in told["unsafe"]
    assert out.exists(), "what Caffe2 answers is what was asked for"
    assert main(["optimize", str(IN_PLACE), "--planner", "caffe2_simple"]) == 0
    assert "UNSAFE" in capsys.readouterr().out


def test_text_and_binary_say_the_same(ask: Ask, tmp_path: Path) -> None:
    one, two = tmp_path / "out.pb", tmp_path / "out.pbtxt"
    ask(IN_PLACE, "--out", one)
    ask(IN_PLACE, "--out", two, "--text")
    assert load_text(two) == binary(one)


# What is written is what Caffe2's functions give


def answered(call: Mapping[str, Any], net: pb.NetDef) -> tuple[list[str], pb.NetDef] | None:
    """The command's flags for a recorded call, and what the function gives; None: not sayable."""
    static, fn = call.get("static_blobs"), call["fn"]
    if fn == "inference_fast" and static:
        return (
            ["--planner=caffe2_simple", *flags("static", static)],
            memonger.optimize_inference_fast(net, static),
        )
    if fn == "optimize_interference" and static and set(call) == {"fn", "static_blobs"}:
        return (
            ["--planner=caffe2_interference", *flags("static", static)],
            memonger.optimize_interference(net, static).net,
        )
    if fn == "dag" and call["heads"] and not call.get("blob_shapes"):
        scope, alone = call.get("namescope", ""), call.get("dont_share", ())
        given = (inner_blobs(net), scope, alone, {})
        return (
            [*scoped("caffe2_dag", scope, dont_share=alone), *flags("head", call["heads"])],
            memonger.compute_blob_recycling_for_dag(net, call["heads"], range(len(net.op)), *given),
        )
    if fn == "share_grad_blobs" and not call.get("share_activations"):
        losses, kept, scope = call["losses"], call["param_grads"], call["namescope"]
        return (
            [*scoped("caffe2_gradients", scope), *flags("loss", losses), *flags("static", kept)],
            memonger.share_grad_blobs(net, losses, kept, scope),
        )
    return None


def recorded(shared: Path) -> Iterator[tuple[str, pb.NetDef, list[str], pb.NetDef, Any]]:
    """Recorded calls that gave an answer and that the command's options can say."""
    for name, net, call, answer, _ in examples(shared):
        same = answered(call, net) if answer["ok"] else None
        if same is not None:
            # The recorded figures hold for what the command shares by default.
            inner = inner_blobs(net)
            holds = set(call.get("shareable", inner)) == inner and "op_indices" not in call
            yield name, net, *same, answer if holds else None


def test_recorded_examples_come_out_of_the_command(shared: Path, ask: Ask, tmp_path: Path) -> None:
    seen, compared = set(), 0
    out, text = tmp_path / "out.pb", tmp_path / "out.pbtxt"
    for name, net, options, expected, answer in recorded(shared):
        path = written_to(tmp_path, net)
        told = ask(path, *options, "--out", out)
        ask(path, *options, "--out", text, "--text")
        assert binary(out) == expected, name
        assert load_text(text) == expected, name
        assert path.read_bytes() == net.SerializeToString(), name
        assert told["blobs_after"] == len(names_in(expected)), name
        seen.add(options[0])
        if answer is not None and "blobs_before" in answer:
            compared += 1
            figures = (told["blobs_before"], told["blobs_after"])
            assert figures == (answer["blobs_before"], answer["blobs_after"]), name
    kinds = ("simple", "interference", "dag", "gradients")
    assert seen == {f"--planner=caffe2_{kind}" for kind in kinds}
    assert compared >= 15


@pytest.mark.parametrize("name", REAL)
def test_real_nets_come_out_as_caffe2_gives_them(
    shared: Path, ask: Ask, tmp_path: Path, name: str
) -> None:
    net, out = real_net(shared, name), tmp_path / "out.pb"
    path = written_to(tmp_path, net)
    external = [*net.external_input, *net.external_output]
    heads, inner = list(net.external_input), inner_blobs(net)
    every = range(len(net.op))
    dag = memonger.compute_blob_recycling_for_dag
    for options, expected in (
        (["caffe2_simple"], memonger.optimize_inference_fast(net, external)),
        (["caffe2_simple", *flags("static", external[:3])],
         memonger.optimize_inference_fast(net, external[:3])),
        (["caffe2_interference"], memonger.optimize_interference(net, external).net),
        (["caffe2_dag"], dag(net, heads, every, inner, "", (), {})),
        (["caffe2_dag", "--namescope=x/", *flags("dont-share", sorted(inner)[:2])],
         dag(net, heads, every, inner, "x/", sorted(inner)[:2], {})),
        (["caffe2_dag", *flags("static", sorted(inner)[:2])],
         dag(net, heads, every, inner_blobs(net, sorted(inner)[:2]), "", (), {})),
    ):  # fmt: skip
        ask(path, "--planner", *options, "--out", out)
        assert binary(out) == expected, options


def test_sizes_count_where_the_planner_reads_them(shared: Path, ask: Ask, tmp_path: Path) -> None:
    folder, out = shared / "nets" / "caffe2" / "resnet50", tmp_path / "out.pb"
    source, shapes = folder / "predict_net.pbtxt", folder / "input_shapes.json"
    known = [InputFile(path.name, path.read_bytes()) for path in (source, shapes)]
    net = prepare(load([*known, InputFile("value_info.json", value_info(folder))]))
    message = real_net(shared, "resnet50")
    sizes = {name: net.blob(name).nbytes for name in net.names()}
    external = [*net.inputs, *net.outputs]
    ask(source, "--shapes", shapes, "--planner=caffe2_interference", "--out", out)
    expected = memonger.optimize_interference(message, external, blob_sizes=sizes)
    assert binary(out) == expected.net

    dims = {name: list(net.blob(name).shape or ()) for name in net.names()}
    ask(source, "--shapes", shapes, "--planner=caffe2_dag_sized", "--out", out)
    given = (net.inputs, range(len(net.ops)), set(made_names(net)) - {*external}, "", (), dims)
    assert binary(out) == memonger.compute_blob_recycling_for_dag(message, *given)


def value_info(folder: Path) -> bytes:
    return (folder / "value_info.json").read_bytes()


@pytest.mark.parametrize(("planner", "size"), RESNET50.items())
def test_the_known_figures_of_resnet50(
    shared: Path, capsys: pytest.CaptureFixture[str], planner: str, size: int
) -> None:
    folder = shared / "nets" / "caffe2" / "resnet50"
    given = ["--shapes", str(folder / "input_shapes.json"), "--planner", planner]
    net = str(folder / "predict_net.pbtxt")
    assert main(["plan", net, *given, "--no-count-inputs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["peak_bytes"] == size


@pytest.mark.parametrize("name", REAL)
def test_safe_twice_is_safe_once(shared: Path, ask: Ask, tmp_path: Path, name: str) -> None:
    once, twice = tmp_path / "once.pb", tmp_path / "twice.pb"
    shapes = ("--shapes", shared / "nets" / "caffe2" / name / "input_shapes.json")
    path = written_to(tmp_path, real_net(shared, name))
    first = ask(path, *shapes, "--out", once)
    again = ask(once, *shapes, "--out", twice)
    assert first["safe"]
    assert again["safe"]
    assert first["blobs_after"] < first["blobs_before"]
    assert binary(twice) == binary(once)
    assert (again["mapping"], again["bytes_after"]) == ({}, first["bytes_after"])


def test_a_study_with_static_given_is_what_the_function_gives() -> None:
    net = prepare(load([InputFile("net.pbtxt", IN_PLACE.read_bytes())]))
    result = study(net, Settings("caffe2_simple"))
    assert result.assignment is not None
    static = [*net.inputs, *net.outputs]
    expected = memonger.optimize_inference_fast(net.source, static)
    assert memonger.apply_assignments(net.source, result.assignment.mapping) == expected


# Names that look like something else


@pytest.mark.parametrize("name", ["-x", "a=b", "--static", "=", "two words", "[red]x[/red]"])
def test_options_take_any_name(ask: Ask, tmp_path: Path, name: str) -> None:
    net = chain("in", name, "b", "c", "d", "out")
    path, out = written_to(tmp_path, net), tmp_path / "out.pb"
    free = ask(path, "--planner=caffe2_simple")
    assert name in free["mapping"]
    kept = ask(path, "--planner=caffe2_simple", f"--static={name}", "--static=out", "--out", out)
    assert name not in kept["mapping"]
    assert name in names_in(binary(out))
    alone = ask(path, f"--dont-share={name}", f"--head={name}")
    assert name not in alone["mapping"]
    assert main(["optimize", str(path)]) == 0, "and for a person"


def chain(*names: str) -> pb.NetDef:
    net = pb.NetDef(name="chain", external_input=names[:1], external_output=names[-1:])
    for source, made in pairwise(names):
        net.op.add(type="Relu", input=[source], output=[made])
    return net


# What is refused


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--head=nobody"], "head 'nobody'"),
        (["--static=nobody"], "static blob 'nobody'"),
        (["--dont-share=nobody"], "'nobody'"),
        (["--planner=caffe2_gradients", "--loss=nobody"], "'nobody'"),
        (["--planner=greedy_by_size"], "greedy_by_size"),
        (["--planner=best"], "caffe2_simple"),
        (["--fast"], "--fast"),
        (["--out"], "--out"),
    ],
)
def test_a_wrong_option_gets_one_line(
    refuse: Refuse, tmp_path: Path, options: list[str], says: str
) -> None:
    before, out = IN_PLACE.read_bytes(), tmp_path / "out.pb"
    assert says in refuse(IN_PLACE, "--out", out, *options)
    assert list(tmp_path.iterdir()) == []
    assert IN_PLACE.read_bytes() == before


def test_where_nothing_can_be_written_nothing_is_left(refuse: Refuse, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "cannot write" in refuse(IN_PLACE, "--out", folder)
    assert "cannot write" in refuse(IN_PLACE, "--out", tmp_path / "no" / "out.pb")
    assert "cannot write" in refuse(IN_PLACE, "--out", IN_PLACE / "out.pb")
    assert [*tmp_path.rglob("*")] == [folder]


@pytest.mark.parametrize("planner", ["safe", "caffe2_simple", "caffe2_dag"])
def test_a_bad_net_gets_one_line(refuse: Refuse, tmp_path: Path, planner: str) -> None:
    path, out = tmp_path / "net.pbtxt", tmp_path / "out.pb"
    for text in (
        "no net at all",
        'op { type: "Relu" input: "a" output: "b" } external_output: "c"',
        'op { type: "Relu" input: "b" output: "c" } op { type: "Relu" input: "a" output: "b" }',
    ):
        path.write_text(text)
        refuse(path, "--planner", planner, "--out", out)
        assert list(tmp_path.iterdir()) == [path]
        assert path.read_text() == text


def test_an_op_beyond_its_schema_is_refused_by_caffe2s_planners(
    refuse: Refuse, tmp_path: Path
) -> None:
    path = tmp_path / "net.pbtxt"
    path.write_text('op { type: "Relu" input: "a" input: "b" output: "c" }')
    assert "Relu" in refuse(path, "--planner=caffe2_simple", "--out", tmp_path / "out.pb")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "planner", [name for name in PLANNERS if name.startswith(("safe", "caffe2_"))]
)
@pytest.mark.parametrize("written", [False, True])
def test_a_step_net_that_cannot_be_read_is_refused_by_all(
    refuse: Refuse, tmp_path: Path, planner: str, *, written: bool
) -> None:
    net = chain("data", "a", "b", "c", "d")
    net.op.add(type="RecurrentNetwork", input=["d"], output=["e", "steps"])
    net.op[-1].arg.add(name="step_net", s=b"op { type: ")
    path, out = written_to(tmp_path, net), tmp_path / "out.pb"
    said = refuse(path, "--planner", planner, *(("--out", out) if written else ()))
    assert "'step_net' of op 4 ('RecurrentNetwork', which makes 'e')" in said
    assert list(tmp_path.iterdir()) == [path]
    assert binary(path) == net


@pytest.mark.parametrize("planner", ["safe", "caffe2_dag"])
def test_a_step_net_that_is_given_twice_is_refused(
    refuse: Refuse, tmp_path: Path, planner: str
) -> None:
    net = chain("data", "a", "b", "c", "d", "e", "f", "out")
    net.op.add(type="RecurrentNetwork", input=["a"], output=["r", "steps"])
    net.op[-1].arg.add(name="step_net", s=b"too").n.SetInParent()
    path = written_to(tmp_path, net)
    assert "given twice" in refuse(path, "--planner", planner)


# The file


def test_a_file_is_replaced_and_a_link_stays_one(ask: Ask, tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.pb", tmp_path / "link.pb"
    kept.write_bytes(b"old")
    link.symlink_to(kept)
    ask(IN_PLACE, "--out", link)
    assert link.is_symlink()
    assert binary(kept).name == "in_place"
    assert sorted(tmp_path.iterdir()) == [kept, link]
    mask = os.umask(0)
    os.umask(mask)
    fresh = tmp_path / "fresh.pb"
    ask(IN_PLACE, "--out", fresh)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o666 & ~mask, "the rights of any new file"


def test_a_device_is_written_to_and_not_replaced(ask: Ask) -> None:
    ask(IN_PLACE, "--out", os.devnull)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
