"""The answer: where every buffer lies, and by which witness no plan can be better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from memplan.plan.problem import Problem

__all__ = ["Placement", "Plan", "Witness", "WitnessKind"]


class WitnessKind(StrEnum):
    """By what a lower bound is proven."""

    MAX_LIVE = "max_live"
    MAX_LIVE_EACH = "max_live_of_each_space"
    LARGEST = "largest_buffer"
    SLOTS = "largest_of_each_rank"
    CLIQUE = "conflicting_pairwise"
    FIXED = "fixed_beforehand"
    EXHAUSTED = "search_exhausted"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Witness:
    """Why no plan can need less than `bytes`.

    MAX_LIVE: these buffers are alive together at `step`; MAX_LIVE_EACH: the sum of that over
    the spaces, each at a step of its own; LARGEST: this one buffer is so big. SLOTS, where whole
    buffers share: the k-th of these is the k-th largest alive at some step, so that the k-th
    largest slot is no smaller. CLIQUE: each two of these conflict, whenever they are alive. FIXED:
    this buffer must lie where it ends at that byte. EXHAUSTED: a search that leaves nothing out
    found no plan in fewer bytes (of several spaces: in none of them), in `nodes` nodes.
    """

    kind: WitnessKind
    bytes: int
    step: int | None = None
    buffers: tuple[str, ...] = ()
    nodes: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody's plan has each buffer, by name, before it is anybody's answer.

    Attributes:
        offsets: Bytes from the start of the buffer's space.
        slots: Where whole buffers share, the slot of each.
    """

    offsets: Mapping[str, int]
    slots: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where every buffer of known size lies.

    Attributes:
        problem: The question that it answers.
        offsets: Bytes from the start of its space, by buffer name; None when slots alone are
            known because sizes are not.
        planner: A key of `PLANNERS`.
        slots: For planners that share whole buffers: the slot of each buffer.
        space_of: The space of each buffer; a name that is missing lies in the first space.
        proof: Why no plan can have a lower peak; None when that is not proven.
        nodes: Search nodes spent.
        found_by: Whose plan this is, where `planner` asks several; of several spaces, of each.
    """

    problem: Problem
    offsets: Mapping[str, int] | None
    planner: str
    slots: Mapping[str, int] | None = None
    space_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    proof: Witness | None = None
    nodes: int = 0
    found_by: str = ""

    def space_name(self, buffer: str) -> str:
        """The space in which a buffer lies."""
        return self.space_of.get(buffer, self.problem.spaces[0].name)

    def peaks(self) -> dict[str, int]:
        """For each space the highest byte in use, plus one, over the buffers of known size."""
        tops = {space.name: 0 for space in self.problem.spaces}
        offsets = self.offsets or {}
        if len(tops) == 1 and not self.space_of:
            placed = (b for b in self.problem.buffers if b.name in offsets)
            top = max((offsets[b.name] + (b.size or 0) for b in placed), default=0)
            return dict.fromkeys(tops, max(0, top))
        for buffer in self.problem.buffers:
            if buffer.name in offsets:
                space = self.space_name(buffer.name)
                tops[space] = max(tops[space], offsets[buffer.name] + (buffer.size or 0))
        return tops

    @property
    def known_peak(self) -> int:
        """Bytes that the plan needs in all spaces together, over the buffers of known size."""
        return sum(self.peaks().values())

    @property
    def peak(self) -> int | None:
        """Bytes the plan needs; None while any size is unknown."""
        return None if self.offsets is None or self.problem.unknown else self.known_peak

    @property
    def proven(self) -> bool:
        """Whether no plan can have a lower peak."""
        return self.proof is not None
