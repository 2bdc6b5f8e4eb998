"""The architecture holds: who may import whom, and what the core does without."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import memplan

REPOSITORY = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]

# Blocks some packages as if they were not installed, then imports the modules that follow.
IMPORT_WITHOUT = """
import importlib, sys
blocked, modules = sys.argv[1].split(","), sys.argv[2:]
sys.modules.update(dict.fromkeys(blocked))
for module in modules:
    importlib.import_module(module)
loaded = [name for name in sys.modules if sys.modules[name] and name.split(".")[0] in blocked]
assert not loaded, loaded
"""


def import_without(blocked: list[str], modules: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT, ",".join(blocked), *modules],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def modules_under(packages: list[str]) -> list[str]:
    found = (info.name for info in pkgutil.walk_packages(memplan.__path__, "memplan."))
    return [name for name in found if name.startswith(tuple(packages))]


def contract(word: str) -> dict[str, list[str]]:
    (found,) = [c for c in CONTRACTS["contracts"] if word in c["name"]]
    return found


def test_the_import_contracts_hold():
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "0 broken" in answer.stdout


def test_every_core_module_is_named_in_the_contract():
    layers = contract("below it")["layers"]
    above = {"__main__", "cli", "ui", "export", "views"}
    core = {part.strip() for layer in layers for part in layer.split("|")} - above
    assert {f"memplan.{name}" for name in core} == set(contract("core")["source_modules"])


def test_the_core_works_where_nothing_that_draws_is_installed():
    rule = contract("core")
    modules = ["memplan", *modules_under(rule["source_modules"])]
    assert "memplan.planners.greedy_by_size" in modules
    answer = import_without(rule["forbidden_modules"], modules)
    assert answer.returncode == 0, answer.stderr


def test_the_command_line_works_where_streamlit_is_not_installed():
    answer = import_without(
        ["streamlit"], modules_under(["memplan.cli", "memplan.export", "memplan.views"])
    )
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("blocked", ["networkx", "google"])
def test_a_blocked_package_is_really_missing(blocked):
    answer = import_without([blocked], ["memplan.study", "memplan.formats.netdef_pb2"])
    assert answer.returncode == 1
    assert "ModuleNotFoundError" in answer.stderr


def test_a_readers_library_waits_for_a_file_of_its_kind():
    blocked = ["onnx", "onnxruntime", "sympy"]
    child = "memplan.formats.onnx_child"  # a program of its own
    modules = [name for name in modules_under(["memplan."]) if name != child]
    assert "memplan.formats.onnx_read" in modules
    core = [name for name in modules if not name.startswith(("memplan.ui", "memplan.__main__"))]
    answer = import_without(blocked, core)
    assert answer.returncode == 0, answer.stderr
