"""What a command answers, where the exit status is a part of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Text for standard output, and the status to exit with."""

    text: str
    status: int = 0
