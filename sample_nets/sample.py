"""A sample: a net, and what it is there to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from builder import NetBuilder
from onnx_builder import OnnxNet

__all__ = ["Group", "MadeFile", "Sample"]


class Group(StrEnum):
    """How samples are grouped where they are offered."""

    IDEA = "one idea each"
    WHOLE = "whole nets"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A net in one file of a format of its own.

    Attributes:
        ops: Their number.
        parameters: Elements of all weights.
        dims: Numbers for its free dims, to begin with.
    """

    name: str
    data: bytes
    ops: int
    parameters: int
    statistics: int = 0
    dims: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """A net to be written to the folder `id`.

    Attributes:
        look: What to look at, for somebody who sees the app for the first time.
        source: The paper or file that a whole net is built from.
    """

    id: str
    title: str
    group: Group
    look: str
    net: NetBuilder | OnnxNet | MadeFile
    source: str = ""

    @property
    def ops(self) -> int:
        """How many ops the net has, without those of nested nets."""
        if isinstance(self.net, MadeFile):
            return self.net.ops
        return len(self.net.nodes if isinstance(self.net, OnnxNet) else self.net.predict.op)
