"""Verdicts on somebody's plan or optimised net, in a sentence and as JSON values."""

from __future__ import annotations

from typing import Any

from memplan.errors import quoted
from memplan.explain.brought import OVERWRITTEN, TWO_DEVICES, Verdict
from memplan.verify import broken_read

__all__ = ["verdict_data", "verdict_sentence"]


def verdict_sentence(verdict: Verdict) -> str:
    """Whether it is safe, else the first read that goes wrong."""
    if verdict.safe and verdict.study is not None:
        return "Safe: no blob lies on the bytes of another that is still wanted."
    if verdict.safe:
        return "Safe: every op reads what it read before."
    return f"Unsafe: {_wrong(verdict)}."


def _wrong(verdict: Verdict) -> str:
    if verdict.broken is not None:
        moved = verdict.at is not None and verdict.at != verdict.overwritten_by
        when = f", which runs at place {verdict.at:,} of the new order" if moved else ""
        return f"{broken_read(verdict.broken)}{when}"
    if verdict.wrong is not None:
        return verdict.wrong
    return _overwritten(verdict) if verdict.kind == OVERWRITTEN else _written(verdict)


def _overwritten(verdict: Verdict) -> str:
    blob, by = quoted(verdict.blob or "", 60), quoted(verdict.by or "", 60)
    if verdict.op == verdict.overwritten_by:
        return f"{_op(verdict)} writes {by} to bytes that {blob} holds at that time"
    reader = _op(verdict) if verdict.type else "the caller"
    writer = f"op {verdict.overwritten_by:,}"
    return f"{reader} reads {blob}, but {writer} has written {by} over it by then"


def _written(verdict: Verdict) -> str:
    blob, other = quoted(verdict.blob or "", 60), f"op {verdict.overwritten_by:,}"
    if verdict.kind == TWO_DEVICES:
        name = quoted(verdict.name or "", 60)
        return f"{_op(verdict)} writes {blob} to {name}, which {other} has on another device"
    by = quoted(verdict.by or "", 60)
    return (
        f"{_op(verdict)} writes {blob} over {by}, and nothing keeps it from running before "
        f"{other} is done with it"
    )


def _op(verdict: Verdict) -> str:
    return f"op {verdict.op:,} ({quoted(verdict.type, 40)[1:-1]})"


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON values."""
    return {
        "safe": verdict.safe,
        "kind": verdict.kind,
        "op": verdict.op,
        "blob": verdict.blob,
        "overwritten_by": verdict.overwritten_by,
        "at": verdict.at,
    }
