"""Why a value of an ONNX or torch net has no size: the root, handed on to what is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from memplan.errors import quoted
from memplan.net import Blob, Net, Op, reads_by_op
from memplan.ops.schema import how_to_give, label
from memplan.shapes.free_dims import free_dims

__all__ = ["how_to_fix", "with_reasons"]


def how_to_fix(dim: str) -> str:
    """Where a person can give a number to a free dim.

    >>> how_to_fix("batch")
    'give it with --dim batch=… or in the sidebar'
    """
    plain = dim.isprintable() and not any(c in dim for c in " '\"\\$`") and len(dim) <= 80
    return f"give it with --dim {dim if plain else 'NAME'}=… or in the sidebar"


def with_reasons(net: Net, failed: str | None) -> Net:
    """The net with a sentence on each blob of unknown size, nested nets too.

    Args:
        failed: What went wrong with the inference, if anything did.
    """
    free = [dim.name for dim in free_dims(net)]
    return _Walk(free, failed).net(net, {})


class _Walk:
    """The free dims of one model, and what went wrong."""

    def __init__(self, free: list[str], failed: str | None) -> None:
        self.free = {dim: re.compile(rf"(?<!\w){re.escape(dim)}(?!\w)") for dim in free}
        self.more = f" (shape inference gave up: {failed})" if failed else ""

    def net(self, net: Net, around: Mapping[str, str]) -> Net:
        """Explain one net; `around` are the reasons of the names that it sees."""
        reasons = dict(around)
        blobs = dict(net.blobs)
        made = {name for op in net.ops for name in op.outputs}
        outside = (n for n in net.names() if n not in made and (n in blobs or n not in around))
        for blob in _unsized(outside, net, blobs):
            self.note(blob, None, (), blobs, reasons)
        ops = list(net.ops)
        for index, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
            nets = op.nets and {arg: self.net(inner, reasons) for arg, inner in op.nets.items()}
            if nets:
                ops[index] = replace(op, nets=MappingProxyType(nets))
            unsized = _unsized(op.outputs, net, blobs)
            if unsized:
                roots = [reasons[name] for name in reads if name in reasons]
                roots += [why for inner in nets.values() for why in _inside(inner)]
            for blob in unsized:
                self.note(blob, op, roots, blobs, reasons)
        return replace(net, ops=tuple(ops)).with_blobs(blobs)

    def note(
        self,
        blob: Blob,
        op: Op | None,
        roots: Sequence[str],
        blobs: dict[str, Blob],
        reasons: dict[str, str],
    ) -> None:
        """Write down why `blob`, which `op` makes out of things of unknown size, has none."""
        why = blob.unknown or self.by_dim(blob) or next(iter(roots), None) or self.own(blob, op)
        blobs[blob.name] = replace(blob, unknown=why)
        reasons[blob.name] = why

    def by_dim(self, blob: Blob) -> str | None:
        """The free dim that one of its dims is made of."""
        for dim in blob.shape or ():
            for name, pattern in self.free.items():
                if isinstance(dim, str) and pattern.search(dim):
                    return f"the dim {quoted(name)} is free; {how_to_fix(name)}"
        return None

    def own(self, blob: Blob, op: Op | None) -> str:
        name = quoted(blob.name)
        give = how_to_give(blob.name, f"the shape of {name}")
        if op is None:
            return f"the shape of {name} is not in the file; {how_to_give(blob.name)}"
        if "." in op.type:
            return f"no shape rule for operator {quoted(op.type)}{self.more}; {give}"
        return f"the file does not tell what shape {label(op)} makes{self.more}; {give}"


def _unsized(names: Iterable[str], net: Net, blobs: dict[str, Blob]) -> list[Blob]:
    """Those of unknown size; of the others no reason is kept."""
    found = []
    for blob in map(net.blob, names):
        if blob.nbytes is None:
            found.append(blob)
        elif blob.unknown is not None:
            blobs[blob.name] = replace(blob, unknown=None)
    return found


def _inside(net: Net) -> list[str]:
    made = (net.blob(name) for op in net.ops for name in op.outputs)
    return [blob.unknown for blob in made if blob.nbytes is None and blob.unknown]
