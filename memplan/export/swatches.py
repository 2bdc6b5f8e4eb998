"""Swatches as SVG: plain fills, and hatching for hues that come again."""

from __future__ import annotations

from collections.abc import Iterable

from memplan.export.markup import Markup, element, joined
from memplan.views.colours import Swatch

__all__ = ["Fills"]

_STROKES = {
    "/": "M-1 1L1 -1M0 6L6 0M5 7L7 5",
    "\\": "M-1 5L1 7M0 0L6 6M5 -1L7 1",
    "x": "M0 0L6 6M0 6L6 0",
    "+": "M3 0V6M0 3H6",
    "-": "M0 3H6",
    "|": "M3 0V6",
    ".": "M3 2.4V3.6",
}


class Fills:
    """What to write as the fill of a swatch, and the patterns that this needs."""

    def __init__(self, swatches: Iterable[Swatch]) -> None:
        hatched = [s for s in dict.fromkeys(swatches) if s.pattern and not s.hollow]
        self._ids = {swatch: f"hatch{place}" for place, swatch in enumerate(hatched)}

    def patterns(self) -> Markup:
        """Definitions, to stand in a ``<defs>`` of the document, once."""
        return joined(_pattern(ident, swatch) for swatch, ident in self._ids.items())

    def of(self, swatch: Swatch) -> str:
        """The value of a fill attribute."""
        if swatch.hollow:
            return "none"
        return f"url(#{self._ids[swatch]})" if swatch in self._ids else swatch.fill


def _pattern(ident: str, swatch: Swatch) -> Markup:
    return element(
        "pattern",
        element("rect", width=6, height=6, fill=swatch.fill),
        element(
            "path",
            d=_STROKES[swatch.pattern],
            stroke=swatch.edge,
            stroke_width="1.2",
            stroke_opacity="0.55",
        ),
        id=ident,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    )
