"""What a visitor of Debug looks at: a section, the pair of the questions, changes that he tries.

/debug?net=lenet                                    the decisions
/debug?net=lenet&a=conv1&b=pool2                    why not together?
/debug?net=lenet&do=peak                            another section
/debug?do=museum&piece=caffe2_alias                 a piece of the museum
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from memplan.formats import InputFile
from memplan.museum import PIECES
from memplan.views.what_ifs import Tweak

__all__ = ["NO_NET", "DebugChoice", "Section", "read_debug", "write_debug"]


class Section(StrEnum):
    """What there is to see: its word in the URL."""

    DECISIONS = "decisions"
    QUESTIONS = "why"
    PEAK = "peak"
    WHAT_IF = "what_if"
    PRICE = "price"
    OWN = "own"
    MUSEUM = "museum"


NO_NET = frozenset({Section.OWN, Section.MUSEUM})
"""Sections that need no net to be open."""


@dataclass(frozen=True, slots=True)
class DebugChoice:
    """The choice.

    Attributes:
        a, b: The blobs that the questions are about.
        tweaks: The changes that are tried together, in the order in which they were added.
        piece: The piece of the museum that is looked at.
        before, after: Files that were brought: two nets, or a plan in `after`.
    """

    section: Section | None = None
    a: str | None = None
    b: str | None = None
    tweaks: tuple[Tweak, ...] = ()
    piece: str = next(iter(PIECES))
    before: tuple[InputFile, ...] = ()
    after: tuple[InputFile, ...] = ()

    @property
    def shown(self) -> Section:
        """The section that is shown."""
        return self.section or (Section.QUESTIONS if self.a or self.b else Section.DECISIONS)

    def with_tweak(self, tweak: Tweak) -> DebugChoice:
        """Try one more change; said twice, it counts once."""
        return replace(self, tweaks=(*(t for t in self.tweaks if t != tweak), tweak))

    def without_tweak(self, tweak: Tweak) -> DebugChoice:
        """Take a change back."""
        return replace(self, tweaks=tuple(t for t in self.tweaks if t != tweak))

    def with_files(self, which: str, files: tuple[InputFile, ...]) -> DebugChoice:
        """Take files as what was "before" or what came "after"."""
        return replace(self, before=files) if which == "before" else replace(self, after=files)

    def for_another_net(self) -> DebugChoice:
        """What is left of it when another net is opened."""
        return replace(self, a=None, b=None, tweaks=())


def write_debug(choice: DebugChoice) -> dict[str, str]:
    """The choice as a query; what is as usual is left out."""
    query = {name: blob for name, blob in (("a", choice.a), ("b", choice.b)) if blob}
    if choice.section is not None:
        query["do"] = choice.section.value
    if choice.section is Section.MUSEUM and choice.piece != DebugChoice().piece:
        query["piece"] = choice.piece
    return query


def read_debug(choice: DebugChoice, query: Mapping[str, str]) -> DebugChoice:
    """The choice that a query says; nonsense is as if it were not there.

    >>> read_debug(DebugChoice(), {"a": "x", "b": "y", "do": "nonsense"}).shown
    <Section.QUESTIONS: 'why'>
    """
    sections = {section.value: section for section in Section}
    piece = query.get("piece", "")
    return replace(
        choice,
        section=sections.get(query.get("do", "")),
        a=query.get("a") or None,
        b=query.get("b") or None,
        piece=piece if piece in PIECES else DebugChoice().piece,
    )
