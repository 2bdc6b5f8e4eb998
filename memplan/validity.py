"""Whether a net makes sense at all, before anything is worked out from it.

Caffe2 itself finds most of these only when the net runs. Each gets one sentence that names the
op and the blob.
"""

from __future__ import annotations

import networkx as nx

from memplan.errors import InvalidNet, quoted
from memplan.net import Net, made_names, reads_by_op

__all__ = ["check_net"]


def check_net(net: Net) -> None:
    """Check that the ops of `net` can run in their order.

    Raises:
        InvalidNet: There are no ops; an op writes one name twice; an external output is made
            by nobody; an op reads what is made only later; an op's whole work is overwritten
            before anyone reads it.
    """
    if not net.ops:
        raise InvalidNet("the net has no operators: there is nothing to plan")
    _check_outputs_of_each_op(net)
    _check_order(net)
    _check_external_outputs(net)
    _check_lost_work(net)


def _label(net: Net, step: int) -> str:
    op = net.ops[step]
    return f"op {step} ({quoted(op.type)}{', ' + quoted(op.name) if op.name else ''})"


def _check_outputs_of_each_op(net: Net) -> None:
    for step, op in enumerate(net.ops):
        seen: set[str] = set()
        for name in op.outputs:
            if name in seen:
                raise InvalidNet(
                    f"{_label(net, step)} writes {quoted(name)} twice; each output of an op "
                    "needs a name of its own"
                )
            seen.add(name)


def _check_external_outputs(net: Net) -> None:
    known = {*net.inputs, *made_names(net), *(n for n, b in net.blobs.items() if b.initialized)}
    for name in net.outputs:
        if name not in known:
            raise InvalidNet(
                f"the external output {quoted(name)} is made by no op: "
                "the file may be truncated, or the name may be misspelt"
            )


def _check_order(net: Net) -> None:
    """Every read comes after a write, or the blob comes from outside."""
    external = {*net.inputs, *(n for n, b in net.blobs.items() if b.initialized)}
    first_write: dict[str, int] = {}
    for step, op in enumerate(net.ops):
        for name in op.outputs:
            first_write.setdefault(name, step)
    for step, reads in enumerate(reads_by_op(net)):
        for name in reads:
            maker = first_write.get(name)
            # An op may read and write one name in place: then the value came from outside.
            if maker is not None and maker > step and name not in external:
                raise InvalidNet(_why_out_of_order(net, step, name, maker))


def _why_out_of_order(net: Net, step: int, name: str, maker: int) -> str:
    where = f"{_label(net, step)} reads {quoted(name)}, which only {_label(net, maker)} makes"
    graph: nx.DiGraph[str] = nx.DiGraph()
    for op, reads in zip(net.ops, reads_by_op(net), strict=True):
        graph.add_edges_from((a, b) for a in reads for b in op.outputs if a != b)
    try:
        edges = nx.find_cycle(graph, name)
    except nx.NetworkXNoCycle:
        return f"{where}: put the ops into an order in which they can run"
    path = [quoted(edge[0], 30) for edge in edges[:6]]
    path.append("…" if len(edges) > 6 else path[0])
    return f"{where}: the net has a cycle ({' → '.join(path)}); remove one of its edges"


def _check_lost_work(net: Net) -> None:
    """Two makers of one blob, of which the first makes it for nobody.

    Writing a name again is normal (in place, or a recycled blob). An op whose every output is
    written over before it is read has no effect: the net is not what its author meant.
    """
    unread: dict[str, int] = {}
    lost: dict[int, dict[str, int]] = {}
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        for name in reads:
            unread.pop(name, None)
        for name in op.outputs:
            if name in unread:
                lost.setdefault(unread[name], {})[name] = step
            unread[name] = step
    for step in sorted(lost):
        names = lost[step]
        if len(names) == len(net.ops[step].outputs):
            name, again = next(iter(names.items()))
            raise InvalidNet(
                f"{quoted(name)} has two makers: {_label(net, step)} and {_label(net, again)}, "
                "with no reader between; rename one of them"
            )
