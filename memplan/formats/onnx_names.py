"""Names in ONNX messages: of operands, which may be left out, and of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["names_of", "text"]


def names_of(values: Iterable[Any], *, holes: bool = False) -> Iterator[str]:
    """Names of operands or of values; without those left out, unless places count."""
    for value in values:
        name = text(value if isinstance(value, str | bytes) else value.name)
        if name or holes:
            yield name


def text(raw: str | bytes) -> str:
    """A name as text; one that is not UTF-8 comes as bytes."""
    return raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")
