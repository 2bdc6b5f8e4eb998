"""Names that stay, whatever the blobs hold, because somebody relies on the name.

That is the caller; an argument that holds it as text; a nested net that the rules of renaming
(`rewrite`) do not follow; and an Alias, whose output is no memory of its own:

    Alias a → v     v stays; whoever uses v uses a. In a chain of views, or where a view is made
                    twice or is a result, all that take part stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from memplan.net import Net, Op, Role, made_names
from memplan.ops import schema_of
from memplan.ops.schema import arg_texts
from memplan.planners.recycling import RecyclingOptions

__all__ = [
    "all_names",
    "followed_views",
    "held_names",
    "kept_names",
    "made_inside",
    "views_of",
]


def kept_names(net: Net, options: RecyclingOptions) -> set[str]:
    """Names that nobody asked to change."""
    chosen = range(len(net.ops)) if options.op_indices is None else options.op_indices
    elsewhere = sorted(set(range(len(net.ops))).difference(chosen))
    outside = {Role.INPUT, Role.WEIGHT, Role.OUTPUT}
    kept = {*net.inputs, *net.outputs, *options.static, *options.dont_share}
    kept.update(n for n in made_names(net) if n not in options.shareable)
    kept.update(n for n, b in net.blobs.items() if b.role in outside or b.initialized)
    kept.update(n for index in elsewhere for n in net.ops[index].outputs)
    return kept


def held_names(net: Net) -> set[str]:
    """Names on which something relies where the rules of renaming do not reach."""
    held: set[str] = set()
    for op in net.ops:
        held.update(_named_in_arguments(op))
        if op.type.startswith("RecurrentNetwork"):
            held.update((*op.inputs, *op.outputs))
        held.update(_not_followed(op))
    return held


def _named_in_arguments(op: Op) -> Iterator[str]:
    """Texts in arguments, any of which may be a blob's name; nested nets included."""
    for name in op.args:
        yield from arg_texts(op, name)
        yield name.removesuffix(".rename")
    for nested in op.nets.values():
        for inner in nested.ops:
            yield from _named_in_arguments(inner)


def _not_followed(op: Op) -> Iterator[str]:
    """Names in nested nets where the rules of renaming do not follow, or not to the end."""
    for arg, nested in op.nets.items():
        if op.type == "AsyncIf" and arg in {"then_net", "else_net"}:
            for inner in nested.ops:
                yield from _not_followed(inner)
        else:
            yield from all_names(nested)


def followed_views(net: Net, results: set[str]) -> tuple[dict[str, str], set[str]]:
    """The source of each view that can be followed; and names that stay because of views.

    A view stays always. It is followed when it is made once, by an op of the net itself, and is
    no link in a chain of views: then whoever uses it uses its source. Else the source stays too.
    """
    pairs = [pair for op in _every_op(net.ops) for pair in _aliases(net.dialect, op)]
    times = Counter(view for _, view in pairs)
    links = {source for source, _ in pairs} & times.keys()
    stay = {name for pair in pairs for name in pair}
    sources: dict[str, str] = {}
    seen = {*net.inputs, *results}
    for op in net.ops:
        sources |= {
            view: source
            for source, view in _aliases(net.dialect, op)
            if times[view] == 1 and view not in seen and not {source, view} & links
        }
        seen.update((*op.inputs, *op.outputs))
        seen.update(n for nested in op.nets.values() for n in all_names(nested))
    inside = [op for outer in net.ops for nested in outer.nets.values() for op in nested.ops]
    nested_too = {n for op in _every_op(inside) for p in _aliases(net.dialect, op) for n in p}
    followed = {s for s in sources.values() if s not in nested_too}
    lost = {source for source, view in pairs if view not in sources}
    return sources, stay - (followed - lost)


def views_of(net: Net) -> set[str]:
    """Names that are views of other memory, and so have none of their own to share."""
    pairs = (pair for op in _every_op(net.ops) for pair in _aliases(net.dialect, op))
    recurrent = (op for op in _every_op(net.ops) if op.type == "RecurrentNetwork")
    return {view for _, view in pairs}.union(*(arg_texts(op, "alias_dst") for op in recurrent))


def _every_op(ops: Iterable[Op]) -> Iterator[Op]:
    for op in ops:
        yield op
        for nested in op.nets.values():
            yield from _every_op(nested.ops)


def _aliases(dialect: str, op: Op) -> Iterator[tuple[str, str]]:
    schema = schema_of(dialect, op.type)
    for source, view in schema.aliases if schema else ():
        if source < len(op.inputs) and view < len(op.outputs):
            yield op.inputs[source], op.outputs[view]


def all_names(net: Net) -> Iterator[str]:
    """Every name of a net and of the nets nested in it, as often as it stands there."""
    yield from net.inputs
    yield from net.outputs
    for op in net.ops:
        yield from op.inputs
        yield from op.outputs
        for nested in op.nets.values():
            yield from all_names(nested)


def made_inside(net: Net) -> Iterator[str]:
    """What the ops of a net write, and those of the nets nested in it."""
    for op in net.ops:
        yield from op.outputs
        for nested in op.nets.values():
            yield from made_inside(nested)
