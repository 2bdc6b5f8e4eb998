"""How to plan: all that a study is asked beside the net."""

from __future__ import annotations

from dataclasses import dataclass, field

from memplan.liveness import (
    SHARE_NOTHING,
    Accounting,
    Sharing,
)
from memplan.net import Net
from memplan.plan import (
    ScratchRequest,
)
from memplan.planners.recycling import RecyclingOptions
from memplan.wishes import NO_WISHES, Wishes

__all__ = ["PARALLEL_TYPES", "Settings", "runs_in_parallel"]

PARALLEL_TYPES = frozenset(
    {
        "dag",
        "prof_dag",
        "async_dag",
        "async_polling",
        "async_scheduling",
        "parallel",
    }
)
"""Types of a NetDef whose executor runs ops as soon as what they read is made (Caffe2's net.cc)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to plan.

    Attributes:
        planner: A key of `PLANNERS`; empty: what is usual for the net, see `usual_planner`.
        alignment: Every offset is a multiple of this many bytes.
        accounting: Which external blobs are counted.
        deadline: Seconds that an anytime planner may search.
        nodes: Search nodes that it may spend: the bound that gives one answer everywhere.
        recycling: What a recycler may touch; None: all but what is external.
        parallel: Whether ops run as soon as what they read is made; None: as the net's type says.
            Sharing by name is then safe only where dependencies keep the users apart.
        capacity: Bytes that there are; the plan is measured against it, not made for it.
        scratch: What kernels ask for while they run, which no file tells.
        sharing: What shares memory whatever the plan; for planners of offsets: those that give
            names do so themselves.
        profile: The engine that these settings follow, a key of `PROFILES`: it is shown, and
            changes nothing here.
        wishes: What the plan is to keep to beside being safe.
        order: A name of `order.ORDERS`: the ops are put in that order first; empty: as they stand.
    """

    planner: str = "greedy_by_size"
    alignment: int = 1
    accounting: Accounting = field(default_factory=Accounting)
    deadline: float | None = None
    nodes: int | None = None
    recycling: RecyclingOptions | None = None
    parallel: bool | None = None
    capacity: int | None = None
    scratch: tuple[ScratchRequest, ...] = ()
    sharing: Sharing = SHARE_NOTHING
    profile: str | None = None
    wishes: Wishes = NO_WISHES
    order: str = ""


def runs_in_parallel(net: Net, settings: Settings) -> bool:
    """Whether ops of `net` may run at the same time: as the settings say, else its type.

    Where sharing is to make no op wait, blobs are kept apart as if they did.
    """
    if settings.wishes.no_waiting:
        return True
    return net.type in PARALLEL_TYPES if settings.parallel is None else settings.parallel
