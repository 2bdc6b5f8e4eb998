"""The plan of a bare problem as a picture: across the steps, up the bytes; as plain SVG."""

from __future__ import annotations

from html import escape

from memplan.plan import Plan
from memplan.views.names import shown

__all__ = ["problem_map"]

_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d", "#eeca3b")
_WIDE, _HIGH = 420, 240
_LABELLED = 60


def problem_map(plan: Plan, top: int) -> str:
    """Draw where each buffer lies; `top` is the byte at the upper edge, so that two compare."""
    across = _WIDE / max(1, plan.problem.horizon)
    up = _HIGH / max(1, top)
    parts = []
    buffers = plan.problem.buffers
    for place, buffer in enumerate(buffers):
        low = (plan.offsets or {}).get(buffer.name, 0)
        x, wide = buffer.live.begin * across, (buffer.live.end - buffer.live.begin) * across
        high = (buffer.size or 0) * up
        y = _HIGH - low * up - high
        name = escape(shown(buffer.name, 12))
        title = f"{name}: {buffer.live}, {buffer.size:,} B at {low:,}"
        parts.append(
            f'<g><title>{title}</title><rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" '
            f'height="{high:.1f}" fill="{_COLOURS[place % len(_COLOURS)]}" stroke="#fff"/>'
        )
        if len(buffers) <= _LABELLED and wide > 8 * len(name) and high > 11:
            parts.append(
                f'<text x="{x + wide / 2:.1f}" y="{y + high / 2 + 4:.1f}" text-anchor="middle" '
                f'font-size="11" fill="#fff">{name}</text>'
            )
        parts.append("</g>")
    peak = _HIGH - plan.known_peak * up
    line = f'<line x1="0" x2="{_WIDE}" y1="{peak:.1f}" y2="{peak:.1f}" stroke="#888"/>'
    return (
        f'<svg viewBox="-1 -2 {_WIDE + 2} {_HIGH + 4}" width="100%" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><rect width="{_WIDE}" height="{_HIGH}" '
        f'fill="#8882" />{"".join(parts)}{line}</svg>'
    )
