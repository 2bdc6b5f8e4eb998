"""A net before and after somebody gave its blobs other names or moved its ops."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from memplan.explain.brought.matching import names_between, order_between
from memplan.explain.brought.verdict import TWO_DEVICES, Verdict
from memplan.net import Net
from memplan.planners.shareable import homes
from memplan.rewrite import Assignment
from memplan.study import Settings, Study, runs_in_parallel, study_names
from memplan.verify import BrokenRead, same_dataflow

__all__ = ["study_of", "verify_nets"]


def verify_nets(before: Net, after: Net, *, parallel: bool = False) -> Verdict:
    """Whether a net computes the same after somebody gave blobs other names or moved ops.

    Args:
        parallel: Whether ops run as soon as what they read is made.
    """
    order: tuple[int, ...] | None = None
    mixed = _mixed(before, after)
    if mixed is not None:
        return mixed
    broken = same_dataflow(before, after, parallel=parallel)
    moved = None if broken is None else order_between(before, after)
    if moved is not None:
        # Which op is which cannot always be told; the answer that goes wrong later is the truth.
        other = same_dataflow(before, after, parallel=parallel, order=moved)
        if _goes_wrong(other, moved) > _goes_wrong(broken, range(len(before.ops))):
            order, broken = moved, other
    names = MappingProxyType(names_between(before, after, order))
    if broken is None:
        return Verdict(safe=True, names=names, order=order)
    return Verdict(
        safe=False,
        kind=broken.kind.value,
        op=broken.op,
        type=broken.type,
        blob=broken.before or None,
        name=broken.after or None,
        overwritten_by=broken.by,
        at=broken.when,
        names=names,
        order=order,
        broken=broken,
    )


def _mixed(before: Net, after: Net) -> Verdict | None:
    """A name that lies on two devices, where no name did before."""
    if len(before.ops) != len(after.ops) or any(len(d) > 1 for d in homes(before).values()):
        return None
    name = next((name for name, devices in homes(after).items() if len(devices) > 1), None)
    if name is None:
        return None
    first, second = [k for k, op in enumerate(after.ops) if name in op.outputs][:2]
    old = next(o for o, n in zip(before.ops[second].outputs, after.ops[second].outputs,
                                 strict=True) if n == name)  # fmt: skip
    names = MappingProxyType(names_between(before, after))
    return Verdict(
        safe=False, kind=TWO_DEVICES, op=second, type=after.ops[second].type, blob=old, name=name,
        overwritten_by=first, at=first, names=names,
    )  # fmt: skip


def _goes_wrong(broken: BrokenRead | None, order: Sequence[int]) -> int:
    """At which place of an order a net goes wrong first; beyond the last where it does not."""
    if broken is None:
        return len(order) + 1
    return order.index(broken.op) if broken.op in order else len(order)


def study_of(before: Net, after: Net, settings: Settings) -> Study:
    """Somebody's optimisation as a study, to be shown in all views: its names, its order.

    Args:
        before: A prepared net.
        settings: How it is counted; the planner, one of names, stands for the one nobody knows.
    """
    verdict = verify_nets(before, after, parallel=runs_in_parallel(before, settings))
    return study_names(before, Assignment(verdict.names, verdict.order), settings)
