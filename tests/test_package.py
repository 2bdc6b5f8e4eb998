"""The package: what its modules export, what its dependencies promise, the commands of README."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import memplan

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
MODULES = sorted(
    info.name
    for info in pkgutil.walk_packages(memplan.__path__, "memplan.")
    if not info.name.endswith(("__main__", "netdef_pb2"))
)
REQUIREMENT = re.compile(r"(?P<name>[\w-]+)>=[\d.]+,<[\d.]+ +# .{10,}")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_and_exports_what_it_has(name):
    module = importlib.import_module(name)
    assert module.__doc__, "a module begins with what it is for"
    exported = getattr(module, "__all__", [])
    assert len(set(exported)) == len(exported)
    for word in exported:
        thing = getattr(module, word)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            assert inspect.getdoc(thing), f"{word} has no docstring"


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_every_requirement_has_two_bounds_and_a_reason(file):
    lines = (REPOSITORY / file).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted
    assert [line for line in wanted if not REQUIREMENT.fullmatch(line)] == []


def test_the_packages_that_were_asked_for_are_required_and_used():
    required = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("memplan", "pages")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
    ]
    modules = {"protobuf": "google.protobuf"}
    for match in re.finditer(r"^([\w-]+)>=", required, re.MULTILINE):
        module = modules.get(match[1], match[1])
        uses = re.compile(rf"^\s*(import|from) {re.escape(module)}\b", re.MULTILINE)
        assert any(uses.search(text) for text in sources), f"nothing imports {module}"


def test_readme_has_the_two_commands_each_on_one_line():
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    app, tests = lines
    assert app.endswith("streamlit run app.py")
    assert " -r requirements.txt" in app
    assert app.rpartition("&&")[0].strip() in tests.replace(" -r tests/requirements.txt", "")
    assert "-m pytest" in tests


def stub(folder, name, script):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def stubbed_ci_run(folder, user):
    """Run .ci/run as `user` where there is no chromium and nothing is really done."""
    for tool in ("bash", "sh", "env", "dirname", "grep"):
        (folder / tool).symlink_to(shutil.which(tool))
    log = folder / "log"
    stub(folder, "id", f"echo {user}")
    stub(folder, "sudo", f'echo sudo >> {log}; exec "$@"')
    stub(folder, "apt-get", f'echo "apt-get $*" >> {log}')
    stub(folder, "python3", f'echo "python3 $* with $MEMPLAN_REQUIRE_ALL" >> {log}; exit 7')
    script = REPOSITORY / ".ci" / "run"
    done = subprocess.run([script], env={"PATH": str(folder)}, capture_output=True, check=False)
    return done.returncode, log.read_text().splitlines()


def test_ci_brings_chromium_then_runs_the_test_command_of_readme(tmp_path):
    status, did = stubbed_ci_run(tmp_path, user=0)
    assert [line.split()[:2] for line in did[:2]] == [["apt-get", "update"], ["apt-get", "install"]]
    assert did[1].endswith(" chromium")
    assert did[2:] == ["python3 -m venv .venv with 1"]
    assert status == 7, "the status of the test command is that of .ci/run"


def test_ci_asks_for_root_where_it_needs_it_alone(tmp_path):
    _, did = stubbed_ci_run(tmp_path, user=1000)
    assert [line.split()[0] for line in did] == ["sudo", "apt-get", "sudo", "apt-get", "python3"]


def test_pyproject_asks_for_the_python_of_debian_12():
    tools = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tools["mypy"]["python_version"] == "3.11"
    assert tools["ruff"]["target-version"] == "py311"
