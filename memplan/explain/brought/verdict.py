"""What is said of what somebody brought: safe, or the first read that goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from memplan.study import Study
from memplan.verify import BrokenRead

__all__ = ["OVERWRITTEN", "TWO_DEVICES", "UNPLACED", "Verdict"]

_NO_NAMES: Mapping[str, str] = MappingProxyType({})

OVERWRITTEN = "lies on the bytes of another"
UNPLACED = "no plan at all"
TWO_DEVICES = "one name on two devices"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is safe, and if not the first read that goes wrong.

    Attributes:
        kind: How it goes wrong: a `Break`, or for offsets what one of the constants above.
        op: The op that reads (or writes too early), by its index before; for a result, the number
            of ops.
        type: Of that op.
        blob: What it meant to read, by its name before; `name` by that after.
        overwritten_by: The op that wrote what is there now; None: no op did.
        at: When: at which place of the order that is run.
        by: The blob that was written there.
        names: The mapping recovered: new names of blobs, as far as they changed.
        order: Indices of the ops before in the order after; None: as they stood.
        broken: Where two nets were compared, what they differ in.
        wrong: Another fault of the plan, in a sentence of the verifier.
        study: Where a plan was checked: all of it.
    """

    safe: bool
    kind: str | None = None
    op: int | None = None
    type: str = ""
    blob: str | None = None
    name: str | None = None
    overwritten_by: int | None = None
    at: int | None = None
    by: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    order: tuple[int, ...] | None = None
    broken: BrokenRead | None = None
    wrong: str | None = None
    study: Study | None = None
