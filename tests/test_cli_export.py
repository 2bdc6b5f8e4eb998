"""The commands `export` and `report`: each file, where it goes, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from memplan.cli import main
from memplan.cli.commands import memplan
from memplan.export import EXPORTS
from memplan.formats import InputFile, load
from memplan.liveness import Accounting
from memplan.net import DType
from memplan.ops.schema import TensorType
from memplan.study import Settings, Study, prepare, study

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "sample_nets" / "lenet"
NET = (FOLDER / "predict_net.pbtxt", "--init", FOLDER / "init_net.pb", "--input=data=1,1,28,28")
TEXTS = [name for name, entry in EXPORTS.items() if entry.text]


def lenet(settings: Settings = Settings()) -> Study:  # noqa: B008  a frozen value
    parts = ("predict_net.pbtxt", "init_net.pb")
    net = load([InputFile(part, (FOLDER / part).read_bytes()) for part in parts])
    return study(prepare(net, {"data": TensorType((1, 1, 28, 28), DType.FLOAT32)}), settings)


def run(capfdbinary, *arguments):
    """Run a command in this process; its status, and what it wrote as bytes."""
    status = main([os.fspath(argument) for argument in arguments])
    return status, *capfdbinary.readouterr()


def plain(name, content):
    """A file without the time that planning took, which is told in JSON alone."""
    return json.loads(content) | {"seconds": 0} if name == "json" else content


@pytest.mark.parametrize("name", TEXTS)
def test_text_goes_to_standard_output(capfdbinary, name):
    status, out, err = run(capfdbinary, "export", *NET, "--format", name)
    assert (status, err) == (0, b"")
    assert plain(name, out) == plain(name, EXPORTS[name].make(lenet()))


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_is_written_whole_and_its_size_told(capfdbinary, tmp_path, name):
    file = tmp_path / f"lenet{EXPORTS[name].ending}"
    status, out, err = run(capfdbinary, "export", *NET, "--format", name, "--out", file)
    assert (status, err) == (0, b"")
    assert out.decode().startswith(f"{file}: ")
    assert out.decode().endswith(" KiB\n") or out.decode().endswith(" B\n")
    assert plain(name, file.read_bytes()) == plain(name, EXPORTS[name].make(lenet()))
    assert list(tmp_path.iterdir()) == [file]


def test_report_is_the_format_html(capfdbinary, tmp_path):
    file = tmp_path / "lenet.html"
    assert run(capfdbinary, "report", *NET, "--out", file)[0] == 0
    assert file.read_bytes() == EXPORTS["html"].make(lenet())
    assert run(capfdbinary, "report", *NET)[1] == file.read_bytes()


def test_they_take_every_option_of_plan():
    def options(command):
        return {word for p in memplan.commands[command].params for word in (*p.opts, p.name)}

    plan = options("plan") - {"--json", "as_json"}
    assert len(plan) > 20
    assert options("report") - plan == {"--out", "out"}
    assert options("export") - plan == {"--out", "out", "--format", "form"}


def test_the_options_reach_the_plan(capfdbinary):
    flags = ("--planner=naive", "--alignment=64", "--no-count-inputs", "--nodes=9")
    _, out, _ = run(capfdbinary, "export", *NET, "--format=trace", *flags)
    settings = Settings("naive", 64, Accounting(inputs=False), None, 9)
    assert out == EXPORTS["trace"].make(lenet(settings))
    assert out != EXPORTS["trace"].make(lenet())


def test_the_bytes_are_the_same_in_every_locale(tmp_path):
    name = "größe"
    net = tmp_path / "net.pbtxt"
    net.write_text(f'op {{ type: "Relu" input: "{name}" output: "b" }}', encoding="utf-8")
    command = [sys.executable, "-m", "memplan", "export", net, "--format"]
    for form in ("html", "dot", "csv"):
        outputs = {
            subprocess.run(
                [*command, form],
                cwd=REPOSITORY,
                env=os.environ | {"PYTHONIOENCODING": encoding},
                capture_output=True,
                check=True,
            ).stdout
            for encoding in ("utf-8", "ascii", "latin-1")
        }
        (output,) = outputs
        assert name in output.decode("utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", *NET), "--format"),
        (("export", *NET, "--format", "pdf"), "'pdf'"),
        (("export", *NET, "--format", "png"), "--out FILE"),
        (("export", "/no/such/net", "--format", "csv"), "No such file"),
        (("report",), "NET"),
        (("report", "/no/such/net"), "No such file"),
        (("report", *NET, "--planner", "best"), "greedy_by_size"),
        (("report", *NET, "--out", "/no/such/folder/r.html"), "cannot write"),
        (("report", *NET, "--out", REPOSITORY), "cannot write"),
    ],
)
def test_bad_input_gets_one_clear_line(capfdbinary, arguments, says):
    status, out, err = run(capfdbinary, *arguments)
    assert (status, out) == (2, b"")
    assert err.count(b"\n") == 1
    assert says.lower() in err.decode().lower()


@pytest.mark.parametrize("command", [("report",), ("export", "--format=csv")])
@pytest.mark.parametrize("victim", ["net", "init", "value_info", "shapes"])
def test_no_file_that_is_read_is_written_over(capfdbinary, tmp_path, command, victim):
    content = {
        "net": (FOLDER / "predict_net.pbtxt").read_bytes(),
        "init": (FOLDER / "init_net.pb").read_bytes(),
        "value_info": (FOLDER / "value_info.json").read_bytes(),
        "shapes": b'{"data": [1, 1, 28, 28]}',
    }
    files = {name: tmp_path / name for name in content}
    for name, data in content.items():
        files[name].write_bytes(data)
    alias = tmp_path / "alias"
    alias.symlink_to(files[victim])
    flags = [
        w for n in ("init", "value_info", "shapes") for w in (f"--{n.replace('_', '-')}", files[n])
    ]
    for out in (files[victim], alias, tmp_path / "." / victim):
        arguments = (*command, files["net"], *flags, "--out", out)
        status, _, err = run(capfdbinary, *arguments)
        assert status == 2
        assert b"is a file that the net is read from" in err
    assert {name: file.read_bytes() for name, file in files.items()} == content
    assert run(capfdbinary, *command, files["net"], *flags, "--out", tmp_path / "new")[0] == 0


def test_a_failure_leaves_the_file_that_was_there(capfdbinary, tmp_path, monkeypatch):
    file = tmp_path / "graph.png"
    file.write_bytes(b"old")
    monkeypatch.setattr("memplan.export.formats.PNG_LIMIT", 3)
    status, out, err = run(capfdbinary, "export", *NET, "--format=png", "--out", file)
    assert (status, out) == (2, b"")
    assert b"too large to draw as PNG; take SVG or DOT instead" in err
    assert file.read_bytes() == b"old"


def test_a_reader_who_leaves_is_no_error():
    command = [sys.executable, "-m", "memplan", "report", *map(str, NET)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141
