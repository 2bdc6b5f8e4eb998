"""What the README shows is what there is."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def refresh_script():
    path = REPOSITORY / "docs" / "refresh_readme.py"
    spec = importlib.util.spec_from_file_location("refresh_readme", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_output_of_every_command_is_as_shown():
    assert README.count("```console") >= 2
    assert refresh_script().refreshed(README) == README, "run docs/refresh_readme.py"


def test_the_library_example_runs():
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "peak_bytes=" in done.stdout


def test_what_the_readme_names_is_there():
    folders = {"memplan", "pages", "sample_nets", "docs"}
    named = re.findall(r"\(([\w/]+\.\w+)\)|`([\w/]+/|[\w/]+\.(?:py|txt))`", README)
    paths = [name for pair in named for name in pair if name]
    assert len(paths) > 5
    for path in paths:
        places = [REPOSITORY, *(REPOSITORY / folder for folder in folders)]
        assert any((place / path).exists() for place in places), path


def test_every_module_is_on_the_map():
    table = README.partition("| module |")[2].partition("\n\n")[0]
    modules = {
        path.stem
        for path in (REPOSITORY / "memplan").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {name for name in modules if f"`{name}" not in table} <= {"__init__", "__main__"}


def test_every_option_of_plan_is_told():
    from memplan.cli.commands import memplan as commands

    options = [word for p in commands.commands["plan"].params for word in p.opts if "--" in word]
    assert [word for word in options if word.replace("--count", "--no-count") not in README] == []
