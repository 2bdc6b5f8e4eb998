"""Style, format and types of everything, as part of the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

CHECKS = {
    "style": ("ruff", "check", "--no-cache"),
    "format": ("ruff", "format", "--check", "--no-cache"),
    "types": ("mypy", "--strict", "memplan"),
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_code_is_clean(check):
    answer = subprocess.run(
        [sys.executable, "-m", *check], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
