"""The axes of the report's charts: ops across, bytes up, marked at round numbers."""

from __future__ import annotations

from dataclasses import dataclass

from memplan.export.markup import Markup, element, joined
from memplan.units import format_bytes
from memplan.views.figures import byte_ticks

__all__ = ["LEFT", "RIGHT", "Axes", "chart", "step_ticks"]

WIDTH, LEFT, RIGHT, TOP, FOOT = 1000, 84, 984, 10, 38


@dataclass(frozen=True, slots=True)
class Axes:
    """Where a step and a number of bytes lie on a chart.

    Attributes:
        steps: The horizon: steps run from 0 to this.
        top: The most bytes that are shown.
        height: Pixels between the axis of ops and the top.
    """

    steps: int
    top: int
    height: float

    def x(self, step: float) -> float:
        """The place of a step."""
        return LEFT + (RIGHT - LEFT) * step / max(1, self.steps)

    def y(self, size: float) -> float:
        """The place of so many bytes."""
        return TOP + self.height * (1 - size / max(1, self.top))

    def byte_marks(self) -> Markup:
        """Lines across and sizes beside them."""
        return joined(
            joined((_line(LEFT, self.y(t), RIGHT, self.y(t)), _size(self.y(t), t)))
            for t in byte_ticks(self.top)
        )

    def op_marks(self) -> Markup:
        """Lines up and the indices of ops below them."""
        foot = TOP + self.height
        return joined(
            joined(
                (
                    _line(self.x(step), TOP, self.x(step), foot),
                    element(
                        "text", f"{step:,}", x=self.x(step), y=foot + 15, class_="tick op-tick"
                    ),
                )
            )
            for step in step_ticks(self.steps)
        )


def step_ticks(steps: int) -> list[int]:
    """At most eleven round op indices from 0 to `steps`.

    >>> step_ticks(7), step_ticks(64)
    ([0, 1, 2, 3, 4, 5, 6, 7], [0, 10, 20, 30, 40, 50, 60])
    """
    width, factors = 1, (2, 2.5, 2)
    turn = 0
    while steps // width > 10:
        width = int(width * factors[turn % 3])
        turn += 1
    return list(range(0, steps + 1, width))


def chart(axes: Axes, label: str, kind: str, *content: Markup) -> Markup:
    """An SVG with the axis of ops at its foot; `label` says what it shows."""
    height = axes.height + TOP + FOOT
    foot = axes.height + TOP + 32
    word = element("text", "op", x=(LEFT + RIGHT) / 2, y=foot, class_="tick op-tick")
    return element(
        "svg",
        axes.op_marks(),
        *content,
        word,
        class_=f"chart {kind}",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
        aria_label=label,
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return element("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", class_="grid")


def _size(y: float, size: int) -> Markup:
    return element("text", format_bytes(size), x=LEFT - 8, y=y + 4, class_="tick byte-tick")
