"""The decisions of a planner as tables: one row each, and what one of them had before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from memplan.explain import mapping_before
from memplan.plan import Decision, LiveRange, Progress, Reason
from memplan.study import Study
from memplan.views.decisions import rejection_text
from memplan.views.names import shown

__all__ = ["DecisionRows", "candidate_table", "decision_rows", "free_table", "mapping_table"]
__all__ += ["state_line"]

TOLD_EVERY = 256


@dataclass(frozen=True, slots=True)
class DecisionRows:
    """All decisions, a row each.

    Attributes:
        table: What is seen, in the order of the decisions; its index is their number.
        blobs, steps: Of each row: as in the net, and the op.
        reasons: Of each row, why candidates were ruled out.
    """

    table: pd.DataFrame
    blobs: tuple[str, ...]
    steps: tuple[int, ...]
    reasons: tuple[frozenset[Reason], ...]

    def present(self) -> tuple[Reason, ...]:
        """The reasons that occur, the most frequent first."""
        counts = Counter(reason for row in self.reasons for reason in row)
        return tuple(sorted(counts, key=lambda reason: (-counts[reason], reason.value)))

    def narrowed(
        self, text: str, reason: Reason | None, steps: LiveRange | None
    ) -> tuple[int, ...]:
        """The numbers of the rows whose blob, reasons and op are as asked.

        Args:
            text: Part of the blob's name, in capitals or not.
        """
        wanted = text.strip().casefold()
        return tuple(
            row
            for row, (blob, step) in enumerate(zip(self.blobs, self.steps, strict=True))
            if wanted in blob.casefold()
            and (reason is None or reason in self.reasons[row])
            and (steps is None or step in range(steps.begin, steps.end))
        )


def decision_rows(study: Study, progress: Progress | None = None) -> DecisionRows:
    """A row for each decision: what was decided for which blob, and what was ruled out."""
    sizes = {buffer.name: buffer.size for buffer in study.problem.buffers}
    rows, reasons = [], []
    count = len(study.decisions)
    for turn, decision in enumerate(study.decisions):
        if progress is not None and turn % TOLD_EVERY == 0:
            progress(turn / count, f"{turn:,} of {count:,} decisions")
        rows.append(_row(study, decision, sizes.get(decision.blob)))
        reasons.append(frozenset(rejection.reason for rejection in decision.rejected))
    named = list(study.decisions.blobs())
    return DecisionRows(
        pd.DataFrame(rows, columns=list(_COLUMNS)),
        tuple(blob for blob, _ in named),
        tuple(step for _, step in named),
        tuple(reasons),
    )


_COLUMNS = ("turn", "blob", "op", "bytes", "decided", "ruled out", "reasons")


def _row(study: Study, decision: Decision, size: int | None) -> tuple[object, ...]:
    ops = study.net.ops
    kind = f" {shown(ops[decision.step].type, 24)}" if decision.step < len(ops) else ""
    counted = Counter(rejection.reason for rejection in decision.rejected)
    told = (
        f"{reason.value} ({n} times)" if n > 1 else reason.value for reason, n in counted.items()
    )
    return (
        decision.turn + 1,
        decision.blob,
        f"{decision.step:,}{kind}",
        size,
        _decided(study, decision),
        len(decision.rejected) + decision.omitted,
        ", ".join(told),
    )


def _decided(study: Study, decision: Decision) -> str:
    if decision.chosen is not None:
        return f"takes over {shown(decision.chosen, 40)}"
    if study.assignment is not None or decision.offset is None:
        return "memory of its own"
    return f"at offset {decision.offset:,}"


def candidate_table(study: Study, decision: Decision) -> pd.DataFrame:
    """The candidates that a decision passed over, and why each."""
    rows = [
        (
            _candidate(rejection.candidate, rejection.offset),
            rejection.size,
            rejection.reason.value,
            rejection_text(rejection, len(study.net.ops)),
            rejection.until,
        )
        for rejection in decision.rejected
    ]
    return pd.DataFrame(rows, columns=["candidate", "bytes", "reason", "in words", "until op"])


def _candidate(blob: str | None, offset: int | None) -> str:
    if blob is not None:
        return shown(blob, 60)
    return "any memory" if offset is None else f"the hole at {offset:,}"


def state_line(decision: Decision) -> str:
    """The bits that the op held, for planners that keep such; else nothing."""
    state = decision.state
    if state is None or state.tokens is None:
        return ""
    return f"The op holds the tokens {_bits(state.tokens)}."


def free_table(decision: Decision) -> pd.DataFrame:
    """What was free, in the order of the planner's list; with tokens and how often it was shared.

    Columns without content are left out.
    """
    state = decision.state
    if state is None:
        return pd.DataFrame()
    columns: dict[str, Sequence[object]] = {"free": [shown(name, 60) for name in state.free]}
    if state.required:
        columns["asks for tokens"] = [_bits(bits) for bits in state.required]
    if state.shares:
        columns["shared so far"] = list(state.shares)
    return pd.DataFrame({name: list(cells) for name, cells in columns.items()})


def _bits(bits: int) -> str:
    """The numbers of the bits that are set.

    >>> _bits(0b1010), _bits(0)
    ('1, 3', 'none')
    """
    found = [str(place) for place in range(bits.bit_length()) if bits >> place & 1]
    return ", ".join(found) or "none"


def mapping_table(study: Study, decision: Decision, most: int = 500) -> pd.DataFrame:
    """Who lay in whose memory before a decision, the last ones first."""
    homes = list(mapping_before(study.decisions, decision.turn).items())[::-1][:most]
    rows = [(shown(blob, 60), shown(home, 60)) for blob, home in homes]
    return pd.DataFrame(rows, columns=["blob", "lies in the memory of"])
