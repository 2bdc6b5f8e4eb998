"""The command `grade`."""

from __future__ import annotations

import json

from memplan.grade import EXAMPLE
from tests.test_cli import answer, complaint


def class_of(folder):
    (folder / "ann.py").write_text(EXAMPLE)
    (folder / "[red]bob\u202e.py").write_text("def plan(p):\n    raise ValueError('[bold]\\nx')")
    (folder / "loop.py").write_text("while True: pass")
    return folder


def test_a_class_as_a_table_and_as_json(capsys, tmp_path):
    few = ("--seed", "4", "--instances", "2", "--seconds", "1")
    text = answer(capsys, "grade", class_of(tmp_path), *few)
    assert "ann.py" in text
    assert "[red]bob\\u202e.py" in text
    assert "line 2: ValueError: [bold] x" in text
    assert "took more than 1 s" in text
    assert "best of memplan" in text
    told = json.loads(answer(capsys, "grade", tmp_path, *few, "--json"))
    assert [row["name"] for row in told["rows"] if not row["ours"]] == [
        *("ann.py", "[red]bob\u202e.py", "loop.py"),
    ]
    assert [len(row["instances"]) for row in told["rows"]] == [2] * len(told["rows"])


def test_a_submission_to_begin_with(capsys):
    assert answer(capsys, "grade", "--example") == EXAMPLE


def test_bad_arguments_get_one_line(capsys, tmp_path):
    assert "no Python file" in complaint(capsys, "grade", tmp_path, "--seed", "1")
    assert "is no folder" in complaint(capsys, "grade", tmp_path / "x", "--seed", "1")
    assert "--seed" in complaint(capsys, "grade", tmp_path)
