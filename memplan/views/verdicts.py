"""Verdicts on somebody's plan or optimised net, in a sentence and as JSON values."""

from __future__ import annotations

from typing import Any

from memplan.errors import quoted
from memplan.explain.brought import OVERWRITTEN, TWO_DEVICES, Verdict
from memplan.verify import broken_read

__all__ = ["verdict_data", "verdict_sentence"]


def verdict_sentence(verdict: Verdict) -> str:
    """Whether it is safe, else the first read that goes wrong."""
    if verdict.safe:
        return "Safe: every op reads what it read before." if verdict.study is None else (
            "Safe: no blob lies on the bytes of another that is still wanted."
        )  # fmt: skip
    if verdict.broken is not None:
        when = "" if verdict.at is None or verdict.at == verdict.overwritten_by else (
            f", which runs at place {verdict.at:,} of the new order"
        )  # fmt: skip
        return f"Unsafe: {broken_read(verdict.broken)}{when}."
    if verdict.wrong is not None:
        return f"Unsafe: {verdict.wrong}."
    blob, by = quoted(verdict.blob or "", 60), quoted(verdict.by or "", 60)
    if verdict.kind == TWO_DEVICES:
        return (
            f"Unsafe: op {verdict.op:,} ({quoted(verdict.type, 40)[1:-1]}) writes {blob} to "
            f"{quoted(verdict.name or '', 60)}, which op {verdict.overwritten_by:,} has on "
            "another device."
        )
    if verdict.kind == OVERWRITTEN and verdict.op == verdict.overwritten_by:
        return (
            f"Unsafe: op {verdict.op:,} ({quoted(verdict.type, 40)[1:-1]}) writes {by} to bytes "
            f"that {blob} holds at that time."
        )
    if verdict.kind == OVERWRITTEN:
        reader = f"op {verdict.op:,} ({quoted(verdict.type, 40)[1:-1]})" if verdict.type else (
            "the caller"
        )  # fmt: skip
        return (
            f"Unsafe: {reader} reads {blob}, but op {verdict.overwritten_by:,} has written {by} "
            "over it by then."
        )
    return (
        f"Unsafe: op {verdict.op:,} ({quoted(verdict.type, 40)[1:-1]}) writes {blob} over {by}, "
        f"and nothing keeps it from running before op {verdict.overwritten_by:,} is done with it."
    )


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
