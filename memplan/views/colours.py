"""Colours that mean sharing: blobs of one group lie on the same bytes.

A *group* is a slot of a plan that shares whole buffers, else an offset: two buffers that begin
at one offset share bytes for certain. Buffers that begin at different offsets may share bytes
too; that is for the address map to show.

    offset   0: a, c, e   →  #0, the first hue        a group of several blobs has a colour
    offset 128: b, d      →  #1, the second hue
    offset 512: f         →  #2, pale                 a blob that shares with none has not

The number is the second cue beside the colour, and a pattern the third, from where the hues
come again. The hues are those of Okabe and Ito, "Color Universal Design" (2008), which people
of every colour vision tell apart; all are light enough for dark text, so one palette serves
light and dark pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from memplan.plan import Plan
from memplan.study import Study

__all__ = ["OWN", "UNCOUNTED", "UNKNOWN", "Group", "Grouping", "Swatch", "group_blobs", "palette"]


@dataclass(frozen=True, slots=True)
class Swatch:
    """How a blob is filled.

    Attributes:
        fill, edge, ink: Of the area, its outline, and text upon it: ``#rrggbb``.
        pattern: As plotly names it (``/``, ``.``, ``x``); empty: plain.
        hollow: An outline alone: nothing is known of its size.
    """

    fill: str
    edge: str
    ink: str = "#14181d"
    pattern: str = ""
    hollow: bool = False

    def as_data(self) -> dict[str, str | bool]:
        """The same for a canvas."""
        return {
            "fill": self.fill,
            "edge": self.edge,
            "ink": self.ink,
            "pattern": self.pattern,
            "hollow": self.hollow,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Blobs that lie on the same bytes.

    Attributes:
        number: The slot, or the rank of the offset among all; unique in its plan.
        buffers: In the order of the problem.
        blobs: How many names of the net lie there.
    """

    number: int
    buffers: tuple[str, ...]
    blobs: int
    swatch: Swatch

    @property
    def label(self) -> str:
        """The cue beside colour, such as ``#3``."""
        return f"#{self.number}"

    @property
    def shared(self) -> bool:
        """Whether more than one blob lies there."""
        return self.blobs > 1


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of a plan, by number, and the group of each placed buffer."""

    groups: tuple[Group, ...]
    of_buffer: Mapping[str, Group]


OWN = Swatch("#d5dae0", "#8d97a3")
UNCOUNTED = Swatch("#a4abb3", "#6f7780")
UNKNOWN = Swatch("#d5dae0", "#8d97a3", pattern="/", hollow=True)

# (full, light, outline) of each hue: sky blue, orange, bluish green, purple, yellow, blue,
# vermillion. Blue and vermillion are a shade lighter than published, for dark text on them.
_HUES = (
    ("#56b4e9", "#a9d8f4", "#2a7fb0"),
    ("#e69f00", "#f4cf80", "#a87400"),
    ("#1fb08a", "#8fd8c4", "#0a7a5d"),
    ("#d286b0", "#e9c3d8", "#a1527c"),
    ("#e8dc3c", "#f5efa0", "#a39a12"),
    ("#5c8fe0", "#adc7f0", "#2f5fae"),
    ("#ee7a3a", "#f7bd9d", "#b4490f"),
)
_PATTERNS = ("", "/", ".", "x", "\\", "+", "-", "|")


def palette(rank: int) -> Swatch:
    """The swatch of the `rank`-th shared group; 56 before one comes again.

    The first seven are plain hues; then the same hues in light and in full by turns, each
    round with a pattern of its own.
    """
    round_, hue = divmod(rank, len(_HUES))
    full, light, edge = _HUES[hue]
    pattern = _PATTERNS[round_ % len(_PATTERNS)]
    return Swatch(light if round_ % 2 else full, edge, pattern=pattern)


def group_blobs(study: Study) -> Grouping:
    """Find which buffers of a study share memory, and give each group its swatch."""
    names_of = {storage.name: len(storage.names) for storage in study.storages}
    groups: list[Group] = []
    of_buffer: dict[str, Group] = {}
    coloured = 0
    for number, buffers in _places(study.plan):
        blobs = sum(names_of.get(name, 1) for name in buffers)
        swatch = palette(coloured) if blobs > 1 else OWN
        coloured += blobs > 1
        groups.append(Group(number, buffers, blobs, swatch))
        of_buffer.update(dict.fromkeys(buffers, groups[-1]))
    return Grouping(tuple(groups), MappingProxyType(of_buffer))


def _places(plan: Plan) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Each place that buffers share, as a number and the buffers there; numbers ascend."""
    buffers = plan.problem.buffers
    rows: dict[tuple[int, int], list[str]] = {}
    if plan.slots is not None:
        for buffer in buffers:
            if buffer.name in plan.slots:
                rows.setdefault((0, plan.slots[buffer.name]), []).append(buffer.name)
        return [(slot, tuple(rows[0, slot])) for _, slot in sorted(rows)]
    space_at = {space.name: place for place, space in enumerate(plan.problem.spaces)}
    offsets = plan.offsets or {}
    for buffer in buffers:
        # Nothing lies at the offset of a buffer of no bytes.
        if buffer.name in offsets and buffer.size:
            space = space_at.get(plan.space_of.get(buffer.name, ""), 0)
            rows.setdefault((space, offsets[buffer.name]), []).append(buffer.name)
    return [(rank, tuple(rows[place])) for rank, place in enumerate(sorted(rows))]
