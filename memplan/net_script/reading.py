"""A text read line by line, then as a whole: a net with roles and sizes, or its mistakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from memplan.errors import InvalidNet
from memplan.formats.net_text import Mistake, OpLine, Parsed, parse_lines
from memplan.net import Blob, DType, Net, Op
from memplan.net_script.checks import denied, disorder, misspelt, oddities, wrong_sizes
from memplan.net_script.names import read_first
from memplan.ops.schema import TensorType, label
from memplan.roles import assign_roles
from memplan.shapes import infer_shapes
from memplan.units import format_bytes
from memplan.validity import check_net

__all__ = ["EXAMPLE", "Script", "read_script"]

EXAMPLE = """\
# An op a line: what it reads -> what it makes, and its arguments.
data: 1x3x16x16
w1: 8x3x3x3                # a weight; the rules of the ops tell all other sizes
w2: 16x8x3x3
w3: 10x1024
Conv data, w1, b1 -> c1 kernel=3 pad=1
Relu c1 -> c1              # in place
MaxPool c1 -> p1 kernel=2 stride=2
Conv p1, w2, b2 -> c2 kernel=3 pad=1
Sigmoid c2 -> s            # a branch of two
Mul c2, s -> m
FC m, w3, b3 -> fc
Softmax fc -> prob
"""

_USUAL = 1024
_MOST_NOTES = 10


@dataclass(frozen=True, slots=True)
class Script:
    """What a text says.

    Attributes:
        net: With roles and shapes, ready to be planned; None when there are mistakes.
        notes: What is odd, but no mistake.
    """

    net: Net | None
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[Mistake, ...] = ()


def read_script(text: str) -> Script:
    r"""Read a net from a text; never raises for what is written in it.

    >>> print(read_script("Relu a -> b\nb: 1 B\n a = Relu(b)").mistakes[0])
    line 3: an op is written with an arrow: `Relu b -> a`
    """
    parsed = parse_lines(text)
    if parsed.mistakes:
        return Script(None, tuple(parsed.mistakes))  # what a line left out would be odd elsewhere
    mistakes = tuple(disorder(parsed))
    notes = tuple(oddities(parsed))[:_MOST_NOTES]
    if mistakes:
        return Script(None, mistakes, notes)
    try:
        net = _net_of(parsed)
        check_net(net)
        net = assign_roles(net)
        given = {n: TensorType(s.blob.shape, s.blob.dtype) for n, s in parsed.sizes.items()}
        sized = infer_shapes(net if given else _usual(net), given)
        notes = (*notes, *misspelt(sized, parsed.ops), *denied(sized, parsed))
        if not given:
            sized = infer_shapes(_usual(sized))
            usual = f"no sizes are written: what no op tells has {format_bytes(_USUAL)}"
            notes = (*notes, Mistake(0, f"{usual}; a size is a line such as `a: 1x8x16`"))
    except InvalidNet as error:
        return Script(None, (_at_line(str(error), parsed.ops),), notes)
    wrong = tuple(wrong_sizes(sized, parsed))
    return Script(None if wrong else sized, wrong, notes)


def _net_of(parsed: Parsed) -> Net:
    ops = tuple(Op(line.type, line.inputs, line.outputs, args=line.args) for line in parsed.ops)
    blobs = MappingProxyType({name: size.blob for name, size in parsed.sizes.items()})
    inputs = parsed.inputs if parsed.inputs is not None else read_first(ops)
    return Net("your net", ops, blobs, inputs, parsed.outputs or ())


def _usual(net: Net) -> Net:
    """The net with a size for all that has none."""
    blobs = dict(net.blobs)
    first = not any(blob.shape for blob in blobs.values())
    names = net.inputs if first else net.names()
    for name in names:
        if net.blob(name).nbytes is None:
            old = net.blob(name)
            blobs[name] = Blob(name, (_USUAL,), DType.UINT8, old.role, old.rule)
    return net.with_blobs(blobs)


def _at_line(message: str, ops: Sequence[OpLine]) -> Mistake:
    """A sentence about "op 3", or about one by its name, with the line in which that stands."""
    found = re.search(r"\bop (\d+)\b", message)
    step = int(found[1]) if found else _step_of(message, ops)
    where = re.sub(
        r"\bop (\d+)\b",
        lambda m: f"line {ops[int(m[1])].line}" if int(m[1]) < len(ops) else m[0],
        message.removesuffix("; correct the file"),
    )
    return Mistake(ops[step].line if step < len(ops) else 0, where)


def _step_of(message: str, ops: Sequence[OpLine]) -> int:
    labels = (label(Op(line.type, line.inputs, line.outputs)) for line in ops)
    return next((n for n, each in enumerate(labels) if message.startswith(f"{each}: ")), len(ops))
