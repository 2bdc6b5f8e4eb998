"""The command line: answers, exit statuses, and which stream each line goes to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from memplan.cli import main
from memplan.cli.files import read_file
from memplan.errors import TooLarge
from memplan.formats import netdef_pb2
from memplan.profiles import PROFILES
from memplan.samples import FOLDER

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = REPOSITORY / "sample_nets"
LENET = SAMPLES / "lenet" / "predict_net.pbtxt"
KEYS = {
    *("net", "ops", "blobs", "unknown", "complete", "weights_bytes", "naive_bytes"),
    *("max_live_bytes", "lower_bound_bytes", "peak_bytes", "proven", "witness", "unsafe"),
    *("planner", "nodes", "seconds", "buffers"),
}
BUFFER_KEYS = {"name", "begin", "end", "size", "offset", "slot", "dtype"}
BROKEN = (
    "caffe1_resnet50.prototxt",
    "html_page_init_net.pb",
    "lfs_pointer_predict_net.pb",
    "onnx_tensorproto.pb",
)
REAL = (
    "bvlc_alexnet",
    "e2e_faster_rcnn_R-50-C4_1x",
    "inception_v1",
    "mask_rcnn_2go_fp32",
    "nnresearch_superres",
    "pt_concat_elim_net",
    "pt_squeeze",
    "resnet50",
)


def run(*arguments, **environment):
    """Run the command line in a process of its own; streams come back as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "memplan", *map(os.fspath, arguments)],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        check=False,
        timeout=60,
    )


def answer(capsys, *arguments):
    """Run the command line in this process and return what it wrote; it must succeed."""
    status = main([os.fspath(argument) for argument in arguments])
    written = capsys.readouterr()
    assert (status, written.err) == (0, "")
    return written.out


def complaint(capsys, *arguments):
    """Run the command line in this process and return its one complaint; it must fail."""
    status = main([os.fspath(argument) for argument in arguments])
    written = capsys.readouterr()
    assert (status, written.out) == (2, "")
    assert written.err.startswith("memplan: ")
    assert written.err.endswith("\n")
    assert len(written.err.splitlines()) == 1
    return written.err


def sample(name):
    """The files of a sample as the arguments that open it."""
    folder = SAMPLES / name
    predict, init = (next(folder.glob(f"{part}_net.pb*")) for part in ("predict", "init"))
    return predict, "--init", init, "--value-info", folder / "value_info.json"


def small_net(folder, names=("data", "hidden", "out")):
    """A net of two Relus over three names, as a file."""
    data, hidden, out = names
    net = netdef_pb2.NetDef(name="small", external_input=[data], external_output=[out])
    net.op.add(type="Relu", input=[data], output=[hidden])
    net.op.add(type="Relu", input=[hidden], output=[out])
    file = folder / "net.pb"
    file.write_bytes(net.SerializeToString())
    return file


def test_a_plan_as_json_has_every_key(capsys):
    plan = json.loads(answer(capsys, "plan", *sample("lenet"), "--json"))
    assert set(plan) >= KEYS
    assert all(set(buffer) >= BUFFER_KEYS for buffer in plan["buffers"])
    assert plan["complete"]
    assert plan["unknown"] == []
    assert plan["max_live_bytes"] <= plan["peak_bytes"] <= plan["naive_bytes"]
    assert plan["proven"] == (plan["witness"] is not None)
    ends = [b["offset"] + b["size"] for b in plan["buffers"]]
    assert max(ends) == plan["peak_bytes"]


def test_a_plan_for_a_person_tells_the_figures_and_the_largest_blobs(capsys):
    plan = json.loads(answer(capsys, "plan", *sample("lenet"), "--json"))
    text = answer(capsys, "plan", *sample("lenet"))
    assert f"{plan['peak_bytes']:,} B" in text
    assert f"{plan['naive_bytes']:,} B" in text
    assert "Proven" in text or "Not proven" in text
    largest = max(plan["buffers"], key=lambda buffer: buffer["size"])
    assert largest["name"] in text
    assert "Supply what is missing" not in text


def test_what_is_unknown_is_told_with_the_way_to_supply_it(capsys):
    plan = json.loads(answer(capsys, "plan", LENET, "--json"))
    assert not plan["complete"]
    assert all(row["name"] and row["reason"] for row in plan["unknown"])
    text = answer(capsys, "plan", LENET)
    assert plan["unknown"][0]["name"] in text
    assert "--input NAME=1,3,224,224" in text


def test_shapes_as_json_are_dims_or_null(capsys, tmp_path):
    net = small_net(tmp_path)
    assert json.loads(answer(capsys, "shapes", net, "--json")) == {
        "data": None,
        "hidden": None,
        "out": None,
    }
    known = answer(capsys, "shapes", net, "--input", "data=2,3", "--json")
    assert json.loads(known) == {"data": [2, 3], "hidden": [2, 3], "out": [2, 3]}


def test_shapes_for_a_person_have_a_row_for_each_blob(capsys):
    text = answer(capsys, "shapes", *sample("lenet"))
    names = json.loads(answer(capsys, "shapes", *sample("lenet"), "--json"))
    assert names
    assert all(name in text for name in names)


def test_shapes_come_from_a_file_and_an_input_wins_over_it(capsys, tmp_path):
    net, known = small_net(tmp_path), tmp_path / "shapes.json"
    known.write_text('{"data": [7, 5]}')
    shapes = json.loads(answer(capsys, "shapes", net, "--shapes", known, "--json"))
    assert shapes["out"] == [7, 5]
    both = ("--shapes", known, "--input", "data=1,5")
    assert json.loads(answer(capsys, "shapes", net, *both, "--json"))["out"] == [1, 5]


def test_an_element_type_makes_the_size(capsys, tmp_path):
    net = small_net(tmp_path)
    plan = json.loads(answer(capsys, "plan", net, "--input", "data=10:uint8", "--json"))
    assert plan["buffers"][0]["dtype"] == "uint8"
    assert plan["buffers"][0]["size"] == 10


def test_a_zip_holds_a_whole_net(capsys, tmp_path):
    import zipfile

    archive = tmp_path / "lenet.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted((SAMPLES / "lenet").iterdir()):
            file.write(path, path.name)
    whole = json.loads(answer(capsys, "plan", archive, "--json"))
    parts = json.loads(answer(capsys, "plan", *sample("lenet"), "--json"))
    assert whole | {"seconds": 0} == parts | {"seconds": 0}


@pytest.mark.parametrize("name", ["-x", "a=b", "--input", "=", "two words", "-", "[red]x[/red]"])
def test_names_may_begin_with_a_dash_and_hold_equals_signs(capsys, tmp_path, name):
    net = small_net(tmp_path, (name, "hidden", "out"))
    plan = json.loads(answer(capsys, "plan", net, f"--input={name}=4,4", "--json"))
    assert plan["complete"]
    assert plan["buffers"][0]["name"] == name
    weight = (f"--role={name}=weight", f"--input={name}=4,4")
    plan = json.loads(answer(capsys, "plan", net, *weight, "--json"))
    assert plan["weights_bytes"] == 64
    assert name in answer(capsys, "plan", net, f"--input={name}=4,4")


def test_inputs_and_outputs_can_be_left_out(capsys):
    plans = {
        flag: json.loads(answer(capsys, "plan", *sample("lenet"), *flag, "--json"))
        for flag in ((), ("--no-count-inputs",), ("--no-count-outputs",))
    }
    whole = plans[()]["naive_bytes"]
    kinds = {flag: {b["kind"] for b in plan["buffers"]} for flag, plan in plans.items()}
    assert kinds[()] == {"input", "activation", "output"}
    assert kinds["--no-count-inputs",] == {"activation", "output"}
    assert kinds["--no-count-outputs",] == {"input", "activation"}
    assert all(plan["naive_bytes"] < whole for flag, plan in plans.items() if flag)


def test_alignment_and_planner_reach_the_plan(capsys):
    plan = json.loads(answer(capsys, "plan", *sample("lenet"), "--alignment", "256", "--json"))
    assert all(buffer["offset"] % 256 == 0 for buffer in plan["buffers"])
    naive = json.loads(answer(capsys, "plan", *sample("lenet"), "--planner", "naive", "--json"))
    assert naive["planner"] == "naive"
    assert naive["peak_bytes"] == naive["naive_bytes"] > plan["peak_bytes"]


def test_a_deadline_and_a_node_budget_are_taken(capsys):
    flags = ("--deadline", "0.5", "--nodes", "1000")
    assert json.loads(answer(capsys, "plan", *sample("lenet"), *flags, "--json"))["complete"]


def test_planners_are_listed(capsys):
    names = [row["name"] for row in json.loads(answer(capsys, "planners", "--json"))]
    assert {"greedy_by_size", "naive"} <= set(names)
    text = answer(capsys, "planners")
    assert all(name in text for name in names)


def test_an_unsafe_plan_is_told_as_such(capsys):
    # Caffe2's own planner does not see that a branch reads a blob which its op does not list.
    flags = (*sample("async_if"), "--planner", "caffe2_simple")
    plan = json.loads(answer(capsys, "plan", *flags, "--json"))
    assert "alive at step" in plan["unsafe"]
    assert not plan["proven"]
    assert "UNSAFE" in answer(capsys, "plan", *flags)
    safe = json.loads(answer(capsys, "plan", *sample("async_if"), "--json"))
    assert safe["unsafe"] is None
    assert "UNSAFE" not in answer(capsys, "plan", *sample("async_if"))


def test_very_long_tables_are_cut_and_say_so(capsys, tmp_path):
    net = netdef_pb2.NetDef(name="long", external_input=["b0"])
    for step in range(1500):
        net.op.add(type="Relu", input=[f"b{step}"], output=[f"b{step + 1}"])
    file = tmp_path / "net.pb"
    file.write_bytes(net.SerializeToString())
    text = answer(capsys, "shapes", file, "--input=b0=2")
    assert "… and 501 more; --json tells all" in text
    assert len(json.loads(answer(capsys, "shapes", file, "--input=b0=2", "--json"))) == 1501
    assert "… and 1,491 more" in answer(capsys, "plan", file, "--input=b0=2")


def test_help_is_an_answer(capsys):
    assert "plan" in answer(capsys, "--help")
    assert "--no-count-inputs" in answer(capsys, "plan", "--help")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "missing command"),
        (("fly",), "'fly'"),
        (("plan",), "NET"),
        (("plan", LENET, "twice"), "twice"),
        (("plan", LENET, "--fast"), "--fast"),
        (("plan", LENET, "--planner", "best"), "greedy_by_size"),
        (("plan", LENET, "--alignment", "0"), "--alignment"),
        (("plan", LENET, "--alignment", "-8"), "--alignment"),
        (("plan", LENET, "--alignment", "9" * 5000), "--alignment"),
        (("plan", LENET, "--nodes", "many"), "--nodes"),
        (("plan", LENET, "--deadline", "soon"), "'soon'"),
        (("plan", LENET, "--deadline", "nan"), "'nan'"),
        (("plan", LENET, "--deadline", "inf"), "'inf'"),
        (("plan", LENET, "--deadline", "0"), "'0'"),
        (("plan", LENET, "--input"), "--input"),
        (("plan", LENET, "--input", "data"), "data"),
        (("plan", LENET, "--input", "=1,2"), "=1,2"),
        (("plan", LENET, "--input", "data=1,x"), "'x'"),
        (("plan", LENET, "--input", "data=1,-2"), "-2"),
        (("plan", LENET, "--input", "data=1:complex7"), "complex7"),
        (("plan", LENET, "--input", "nobody=1"), "nobody"),
        (("plan", LENET, "--role", "data"), "ROLE"),
        (("plan", LENET, "--role", "data=king"), "weight"),
        (("plan", LENET, "--role", "nobody=weight"), "nobody"),
        (("plan", LENET, "--init", LENET.with_name("none.pb")), "none.pb"),
        (("plan", LENET, "--shapes", LENET), "predict_net.pbtxt"),
        (("plan", LENET, "--value-info", LENET), "predict_net.pbtxt"),
        (("plan", "/no/such/net.pb"), "No such file"),
        (("plan", SAMPLES), "folder"),
        (("shapes", SAMPLES), "folder"),
        (("shapes", "lenet"), "No such file"),
        (("plan", "line\nbreak\x1b[31m"), "break"),
        (("plan", "\udcff\udcfe"), "No such file"),
        (("plan", "a" * 5000), "name too long"),
    ],
)
def test_bad_usage_and_bad_files_get_one_clear_line(capsys, arguments, says):
    line = complaint(capsys, *arguments)
    assert says.lower() in line.lower()
    assert line.rstrip("\n").isprintable()


def test_an_unreadable_file_gets_one_clear_line(capsys, monkeypatch):
    # Root may read every file, so the refusal is staged where the file is opened.
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in complaint(capsys, "plan", LENET)


def test_a_file_is_read_to_its_bound_alone():
    endless = Path("/dev/zero")
    with pytest.raises(TooLarge, match="more than 1000 B"):
        read_file(endless, limit=1000)
    assert len(read_file(LENET, limit=LENET.stat().st_size)) == LENET.stat().st_size


@pytest.mark.parametrize("data", [b"", b"\x12", b"\x00" * 100, b"op {", b"{}", b"PK\x03\x04"])
@pytest.mark.parametrize("command", ["plan", "shapes"])
def test_a_file_that_is_no_net_gets_one_clear_line(capsys, tmp_path, data, command):
    file = tmp_path / "net.pb"
    file.write_bytes(data)
    assert "net.pb" in complaint(capsys, command, file, "--json")


@pytest.mark.parametrize("file", BROKEN)
def test_the_wrong_kinds_of_file_get_one_clear_line(capsys, shared, file):
    for command in ("plan", "shapes"):
        assert file in complaint(capsys, command, shared / "nets" / "broken" / file)


@pytest.mark.parametrize("name", REAL)
def test_real_nets_are_planned(capsys, caffe2_nets, name):
    folder = caffe2_nets / name
    arguments = [next(folder.glob("predict_net.pb*"))]
    for flag, file in (("--init", "init_net.pb"), ("--shapes", "input_shapes.json")):
        if (folder / file).exists():
            arguments += [flag, folder / file]
    plan = json.loads(answer(capsys, "plan", *arguments, "--json"))
    assert set(plan) >= KEYS
    assert plan["max_live_bytes"] <= plan["lower_bound_bytes"] <= plan["peak_bytes"]
    assert plan["peak_bytes"] <= plan["naive_bytes"]
    if (folder / "expected_shapes.json").exists():
        # What is then unknown is what Caffe2 does not know either: blobs that are no tensors.
        known = json.loads((folder / "expected_shapes.json").read_text())["shapes"]
        assert [row["name"] for row in plan["unknown"] if row["name"] in known] == []
    else:
        assert not plan["complete"]
    shapes = json.loads(answer(capsys, "shapes", *arguments, "--json"))
    assert len(shapes) == plan["blobs"]
    assert answer(capsys, "plan", *arguments)


@pytest.mark.parametrize("name", ["resnet50", "bvlc_alexnet"])
def test_shapes_are_those_of_caffe2(capsys, caffe2_nets, name):
    folder = caffe2_nets / name
    arguments = (folder / "predict_net.pbtxt", "--shapes", folder / "input_shapes.json")
    shapes = json.loads(answer(capsys, "shapes", *arguments, "--json"))
    expected = json.loads((folder / "expected_shapes.json").read_text())["shapes"]
    assert {blob: shapes[blob] for blob in expected} == expected


def test_a_process_answers_on_standard_output_alone():
    done = run("plan", *sample("chain"), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["ops"] == 8


def test_a_process_complains_on_standard_error_alone():
    done = run("plan", "/no/such/net.pb")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"memplan: cannot read '/no/such/net.pb': No such file or directory\n"


def test_every_hash_seed_gives_the_same_answer():
    one, two = (
        json.loads(run("plan", *sample("inception_block"), "--json", PYTHONHASHSEED=seed).stdout)
        for seed in ("0", "1")
    )
    assert one | {"seconds": 0} == two | {"seconds": 0}


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_any_encoding_of_standard_output_will_do(tmp_path, encoding):
    hostile = ("é\u202e\x1b[2J\x07\n\u4e2d", "[bold]b[/bold]", "out\U0001f600")
    net = small_net(tmp_path, hostile)
    for command in ("plan", "shapes"):
        flag = f"--input={hostile[0]}=2,2"
        done = run(command, net, flag, PYTHONIOENCODING=encoding, PYTHONUTF8="1")
        assert (done.returncode, done.stderr) == (0, b"")
        text = done.stdout.decode(encoding)
        assert not set(text) & set("\x1b\x07\u202e")
        assert "[bold]b[/bold]" in text


def test_json_is_ascii_in_every_encoding(capsys, tmp_path):
    hostile = ("é\u202e\x1b[2J\x07\n\u4e2d", "\x7f", "out\U0001f600")
    shapes = answer(capsys, "shapes", small_net(tmp_path, hostile), "--json")
    assert shapes.isascii()
    assert shapes.replace("\n", "").isprintable()
    assert tuple(json.loads(shapes)) == hostile


def test_names_that_are_not_utf8_go_through(capsys, tmp_path):
    file = tmp_path / "net.pb"
    # op { input: "\xff" output: "y" type: "Relu" }, written by hand: no str holds such a name.
    op = b"\x0a\x01\xff\x12\x01y\x22\x04Relu"
    file.write_bytes(b"\x12" + bytes([len(op)]) + op)
    shapes = json.loads(answer(capsys, "shapes", file, "--json"))
    assert "y" in shapes
    assert answer(capsys, "plan", file)


def test_a_reader_that_leaves_early_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "memplan", "plan", *map(os.fspath, sample("resnet50")), "--json"],
        cwd=REPOSITORY,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


# (click writes no help where standard output is closed, and is content.)
@pytest.mark.parametrize(
    ("command", "closed"),
    [
        ("plan", ">&-"),
        ("plan --json", ">&-"),
        ("plan", "> /dev/full"),
        ("plan --json", "> /dev/full"),
        ("plan --help", "> /dev/full"),
    ],
)
def test_an_answer_that_cannot_be_written_is_one_line(tmp_path, command, closed):
    call = f'"{sys.executable}" -m memplan {command} "{small_net(tmp_path)}" {closed}'
    done = subprocess.run(
        ["sh", "-c", call], cwd=REPOSITORY, capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"memplan: cannot write the answer: ")
    assert done.stderr.count(b"\n") == 1


def test_without_standard_error_the_status_still_tells():
    call = f'"{sys.executable}" -m memplan plan nowhere 2>&-'
    done = subprocess.run(
        ["sh", "-c", call], cwd=REPOSITORY, capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, b"")


def test_padding_that_costs_more_than_sharing_gains_is_told(capsys, tmp_path):
    small = small_net(tmp_path)
    told = answer(capsys, "plan", small, "--input=data=7", "--alignment=64")
    assert "10% more than no sharing" in told
    assert "less than" not in told
    told = answer(capsys, "plan", small, "--input=data=7", "--planner=naive")
    assert "about as much as no sharing" in told


def test_figures_of_a_net_in_part_unknown_say_what_they_cover(capsys, tmp_path):
    told = answer(capsys, "plan", small_net(tmp_path))
    assert "counts the known sizes alone" in told
    assert "needs less" not in told
    assert "%" not in told


def test_the_two_nets_swapped_are_refused(capsys):
    predict, _, init, *_ = sample("lenet")
    said = complaint(capsys, "plan", init, "--init", predict)
    assert "swap the two" in said


@pytest.fixture
def heard_ctrl_c():
    """Where a shell runs the tests in the background it ignores SIGINT, and children inherit that.

    A signal that has a handler goes back to its default in a child.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard_ctrl_c")
def test_ctrl_c_is_quiet(tmp_path):
    pipe = tmp_path / "net.pb"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "memplan", "plan", pipe],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    # Opening the pipe to write waits until the command has opened it to read.
    with pipe.open("wb"):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out + err.strip() == b""


def transformer():
    return str(REPOSITORY / "sample_nets/transformer/transformer.onnx")


def test_free_dims_are_given_by_name(capsys):
    free = json.loads(answer(capsys, "shapes", transformer(), "--json"))
    assert free["x"] == ["batch", "length", 32]
    fixed = ("--dim", "batch=2", "--dim", "length=16")
    shapes = json.loads(answer(capsys, "shapes", transformer(), "--json", *fixed))
    assert shapes["scores"] == [2, 4, 16, 16]
    told = answer(capsys, "plan", transformer(), "--dim", "batch=2")
    assert "'length' is free" in told
    assert "--dim length=…" in told


@pytest.mark.parametrize(
    ("dim", "says"),
    [
        ("batch", "is not NAME=NUMBER"),
        ("batch=two", "is not NAME=NUMBER"),
        ("=2", "is not NAME=NUMBER"),
        ("batch=-1", "is not NAME=NUMBER"),
        ("batch=0", "must be from 1 to"),
        ("depth=2", "no free dim 'depth'; its free dims: 'batch', 'length'"),
    ],
)
def test_wrong_dims_get_one_clear_line(capsys, dim, says):
    assert says in complaint(capsys, "plan", transformer(), "--dim", dim)


def test_an_onnx_net_is_not_written_with_shared_names(capsys):
    dims = ("--dim", "batch=1", "--dim", "length=8")
    assert "name each value once" in complaint(capsys, "optimize", transformer(), *dims)


def test_a_profile_counts_as_the_engine_does_and_what_is_said_wins(capsys) -> None:
    tflm = json.loads(answer(capsys, "plan", LENET, "--profile", "tflm", "--json"))
    assert (tflm["planner"], tflm["alignment"]) == ("tflm", 16)
    assert tflm["engine"]["name"] == "tflm"
    assert tflm["engine"]["reserves"] == tflm["peak_bytes"]
    said = ("--planner", "greedy_by_size", "--alignment", "64", "--no-count-inputs")
    mine = json.loads(answer(capsys, "plan", LENET, "--profile", "tflm", *said, "--json"))
    assert (mine["planner"], mine["alignment"]) == ("greedy_by_size", 64)
    assert "data" not in {buffer["name"] for buffer in mine["buffers"]}
    assert mine["engine"]["plan"] == mine["peak_bytes"]


def test_sharing_can_be_asked_for_piece_by_piece(capsys, tmp_path) -> None:
    net = tmp_path / "net.pbtxt"
    steps = (("Softmax", "x", "a"), ("Relu", "a", "b"), ("FlattenToVec", "b", "c"))
    ops = "".join(f'op {{ type: "{t}" input: "{i}" output: "{o}" }}\n' for t, i, o in steps)
    ends = 'op { type: "Copy" input: "c" output: "y" } external_input: "x" external_output: "y"'
    net.write_text(ops + ends, "utf-8")

    def buffers(*options: str) -> set[str]:
        given = json.loads(answer(capsys, "plan", net, "--input", "x=1,8", *options, "--json"))
        return {buffer["name"] for buffer in given["buffers"]}

    assert buffers() == {"x", "a", "b", "c", "y"}
    assert buffers("--in-place") == {"x", "a", "c", "y"}
    assert buffers("--views") == {"x", "a", "b", "y"}
    assert buffers("--in-place", "--views") == {"x", "a", "y"}
    assert buffers("--profile", "onnxruntime") == {"a", "c"}, "Flatten, not FlattenToVec"
    assert buffers("--profile", "onnxruntime", "--no-in-place") == {"a", "b", "c"}
    assert buffers("--profile", "onnxruntime", "--views") == {"a"}, "of every op, once asked for"


def test_profiles_are_listed(capsys) -> None:
    rows = json.loads(answer(capsys, "profiles", "--json"))
    assert [row["name"] for row in rows] == list(PROFILES)
    assert all(name in answer(capsys, "profiles") for name in PROFILES)


def test_free_dims_of_an_exported_program_have_its_example_unless_one_is_given(capsys) -> None:
    net = str(FOLDER / "exported_attention" / "net.pt2")
    assert main(["plan", net]) == 0
    assert "Free dims as in the file's example: s0 = 128;" in capsys.readouterr().out
    assert main(["plan", net, "--dim", "s0=32"]) == 0
    assert "example" not in capsys.readouterr().out
    assert main(["plan", net, "--input", "x=32,64", "--dim", "s0=31"]) == 2
    assert "leave one of them out" in capsys.readouterr().err
