"""What a caller hands to `load`: files as bytes, each with the part that it plays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["InputFile", "Part"]


class Part(StrEnum):
    """The part that a file plays, where the caller knows it."""

    PREDICT = "predict net"
    INIT = "init net"
    VALUE_INFO = "value_info"
    SHAPES = "shapes"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file.

    Attributes:
        name: For messages alone: it is never opened, and never says what the file is.
        data: The content.
        part: None: told from the content.
    """

    name: str
    data: bytes
    part: Part | None = None
