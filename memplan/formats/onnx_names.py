"""Names in ONNX messages: of operands, which may be left out, and of values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["names_of", "text", "value_names"]


def names_of(operands: Iterable[str | bytes], *, holes: bool = False) -> list[str]:
    """Names of operands; without those left out, unless places count."""
    return [text(raw) for raw in operands if raw or holes]


def value_names(values: Iterable[Any], *, holes: bool = False) -> list[str]:
    """Names of values, stored tensors and the like."""
    return names_of((value.name for value in values), holes=holes)


def text(raw: str | bytes) -> str:
    """A name as text; one that is not UTF-8 comes as bytes."""
    return raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")
