"""What holds the peak, as tables."""

from __future__ import annotations

import pandas as pd

from memplan.explain import Action, ActionKind, Peak
from memplan.study import Study
from memplan.views.explaining import action_sentence

__all__ = ["action_table", "alive_at_peak"]


def alive_at_peak(study: Study, peak: Peak) -> pd.DataFrame:
    """The buffers that are alive at the fullest op, the largest first."""
    live = {buffer.name: buffer.live for buffer in study.problem.buffers}
    total = max(1, peak.bytes)
    rows = [
        (name, size, f"{size / total:.0%}", str(live[name]) if name in live else "")
        for name, size in peak.alive
    ]
    return pd.DataFrame(rows, columns=["blob", "bytes", "share", "alive"])


def action_table(peak: Peak) -> pd.DataFrame:
    """What would lower the peak, what saves most first."""
    rows = [(_what(action), action.saves, action.peak) for action in peak.actions]
    return pd.DataFrame(rows, columns=["what", "saves", "peak then"])


def _what(action: Action) -> str:
    text = action_sentence(action).partition(": saves ")[0]
    return text if action.kind is not ActionKind.SMALLER_TYPE else f"{text} (half the bytes)"
