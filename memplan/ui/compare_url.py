"""Side B in the URL of the page Compare: ``b`` its planner, ``b_net`` its bundled net, and so on.

/compare?net=resnet50&planner=safe&b=greedy_by_size
/compare?net=transformer&b=greedy_by_size&b_dim_batch=8
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from memplan.errors import MemplanError, quoted
from memplan.liveness import Accounting
from memplan.planners import RecyclerEntry, planner_named
from memplan.samples import samples
from memplan.ui.choices import ALIGNMENTS
from memplan.ui.compare_choice import Other
from memplan.ui.dims_url import dims_in, dims_query
from memplan.ui.session import Session

__all__ = ["COUNTED", "PAGE", "read_other", "write_other"]

PAGE = "compare"
COUNTED = {
    "all": Accounting(),
    "no_inputs": Accounting(inputs=False),
    "no_outputs": Accounting(outputs=False),
    "inside": Accounting(inputs=False, outputs=False),
}
"""What side B counts, by its word in the URL."""
_SIDE = "b_"
_ALIGNMENTS = {str(size): size for size in ALIGNMENTS}


def write_other(session: Session) -> dict[str, str]:
    """What the query says of side B; nothing on other pages. A net of one's own is not told."""
    if session.page != PAGE or session.opened is None:
        return {}
    other = session.other
    # The planner always: a link must not change when A's planner does.
    query = {"b": other.settings(session.settings, graph=session.has_graph).planner}
    sample = other.opened.sample if other.opened else other.sample
    counted = [word for word, each in COUNTED.items() if each == other.accounting]
    parts = {
        "b_net": sample,
        "b_after": other.after,
        "b_alignment": other.alignment,
        "b_counted": counted[0] if counted else None,
        "b_parallel": None if other.parallel is None else int(other.parallel),
    }
    query |= {name: str(what) for name, what in parts.items() if what is not None}
    return query | dims_query(other.dims, _SIDE)


def read_other(session: Session, query: Mapping[str, str]) -> None:
    """Set side B to what a query says; on other pages it stays as it is.

    Raises:
        MemplanError: The query names a planner or a bundled net that is not there.
    """
    if session.page != PAGE:
        return
    session.other = replace(
        _with_net(session.other, query),
        planner=planner_named(query["b"]).name if "b" in query else None,
        alignment=_ALIGNMENTS.get(query.get("b_alignment", "")),
        accounting=COUNTED.get(query.get("b_counted", "")),
        parallel={"0": False, "1": True}.get(query.get("b_parallel", "")),
        dims=MappingProxyType(dims_in(query, _SIDE)),
    )


def _with_net(other: Other, query: Mapping[str, str]) -> Other:
    """The net that a query names; one of the visitor's own cannot be named, and stays."""
    sample, after = query.get("b_net"), query.get("b_after")
    if sample is not None:
        if sample not in {each.id for each in samples()}:
            raise MemplanError(f"no bundled net {quoted(sample)} for side B; choose another")
        # With what was said about it, if it is the one that is open.
        is_open = other.opened is not None and other.opened.sample == sample
        return other if is_open else other.with_net(sample=sample)
    if after is not None:
        if not isinstance(planner_named(after), RecyclerEntry):
            raise MemplanError(f"the planner {quoted(after)} makes no net of its own")
        return other.with_net(after=after)
    uploaded = other.opened is not None and other.opened.sample is None
    return other if uploaded else other.with_net()
