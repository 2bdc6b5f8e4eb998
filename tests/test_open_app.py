"""The command `open`: the app with a net of this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from memplan.cli import main, open_app
from memplan.ui.opening import GIVEN_FILES
from tests.conftest import REPOSITORY
from tests.ui.pages import app, complaints

CHAIN = REPOSITORY / "sample_nets" / "chain"


def test_a_file_that_cannot_be_read_is_told_before_anything_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_app.subprocess, "run", lambda *_, **__: pytest.fail("started"))
    assert main(["open", "no such file"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_it_starts_the_app_with_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        open_app.subprocess, "run", lambda command, *, env, **_: asked.append((command, env))
    )
    file = CHAIN / "predict_net.pbtxt"
    assert main(["open", str(file), "--port", "8765", "--no-browser"]) == 0
    ((command, env),) = asked
    assert command[2:5] == ["streamlit", "run", str(REPOSITORY / "app.py")]
    assert json.loads(env[GIVEN_FILES]) == [str(file.resolve())]
    assert "--server.port=8765" in command
    assert "--server.headless=true" in command


def test_the_app_shows_the_files_that_it_was_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GIVEN_FILES, json.dumps([str(file) for file in sorted(CHAIN.iterdir())]))
    test = app()
    assert complaints(test) == []
    assert "chain" in test.subheader[0].value
    other = app(net="diamond")
    assert "diamond" in other.subheader[0].value, "a link wins"


def test_a_file_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(GIVEN_FILES, json.dumps([str(tmp_path / "gone.pb")]))
    assert "cannot read" in complaints(app())[0]


def test_arguments_of_the_process_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("pytest", str(REPOSITORY / "app.py")):
        monkeypatch.setattr(sys, "argv", [program, "gone.pb", "-q"])
        assert complaints(app()) == []
