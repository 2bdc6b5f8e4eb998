"""A net from the small language of `formats.net_text`, whole and sized; and a net as such a text.

What is right line by line may still be wrong as a whole: a blob that is read before it is made, a
size that an op's rule denies, one that nobody can tell. Each is told with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from memplan.errors import InvalidNet, quoted
from memplan.formats.net_text import Mistake, OpLine, Parsed, parse_lines
from memplan.net import Blob, DType, Net, Op, Role, made_names
from memplan.ops import CAFFE2_OPS
from memplan.ops.schema import TensorType
from memplan.roles import assign_roles
from memplan.shapes import infer_shapes
from memplan.shapes.rules import outputs_of
from memplan.units import format_bytes
from memplan.validity import check_net

__all__ = ["EXAMPLE", "Script", "net_text", "read_script"]

EXAMPLE = """\
# An op a line: what it reads -> what it makes.
data: 1x3x16x16
Conv data, w1, b1 -> c1
c1: 1x8x16x16
Relu c1 -> c1              # in place
MaxPool c1 -> p1
p1: 1x8x8x8
Conv p1, w2, b2 -> c2
c2: 1x16x8x8
Sigmoid c2 -> s            # a branch of two
Mul c2, s -> m
FC m, w3, b3 -> fc
fc: 1x10
Softmax fc -> prob
"""

_USUAL = 1024
_PLAIN = re.compile(r'(?:(?!->)[^\s,:"#→])+')
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
    mistakes = parsed.mistakes or list(_disorder(parsed))
    notes = tuple(_oddities(parsed))[:_MOST_NOTES]
    if mistakes:
        return Script(None, tuple(mistakes), notes)
    try:
        net = _net_of(parsed)
        check_net(net)
        net = assign_roles(net)
        given = {n: TensorType(s.blob.shape, s.blob.dtype) for n, s in parsed.sizes.items()}
        sized = infer_shapes(net if given else _usual(net), given)
        notes = (*notes, *_denied(sized, parsed))
        if not given:
            sized = infer_shapes(_usual(sized))
            usual = f"no sizes are written: what no op tells has {format_bytes(_USUAL)}"
            notes = (*notes, Mistake(0, f"{usual}; a size is a line such as `a: 1x8x16`"))
    except InvalidNet as error:
        return Script(None, (_at_line(str(error), parsed.ops),), notes)
    wrong = tuple(_wrong_sizes(sized, parsed))
    return Script(None if wrong else sized, wrong, notes)


def net_text(net: Net) -> str:
    """A net as a text that `read_script` takes: ops, and a size for all that has one.

    Arguments of ops, nested nets and devices are left out; a name has one size, its largest.
    """
    lines = []
    made = set(made_names(net))
    external = tuple(dict.fromkeys((*net.inputs, *(n for n in net.names() if n not in made))))
    if external != _read_first(net.ops):
        lines.append(f"inputs {_joined(external)}")
    lines += [line for name in external for line in _size_line(net.blob(name))]
    seen: set[str] = set()
    for op in net.ops:
        reads = f" {_joined(op.inputs)}" if op.inputs else ""
        lines.append(f"{_quoted(op.type)}{reads} -> {_joined(op.outputs)}")
        for name in op.outputs:
            if name not in seen and name not in external:
                lines += _size_line(net.blob(name))
            seen.add(name)
    if net.outputs:
        lines.append(f"outputs {_joined(net.outputs)}")
    return "\n".join(lines) + "\n"


def _net_of(parsed: Parsed) -> Net:
    ops = tuple(Op(line.type, line.inputs, line.outputs) for line in parsed.ops)
    blobs = MappingProxyType({name: size.blob for name, size in parsed.sizes.items()})
    inputs = parsed.inputs if parsed.inputs is not None else _read_first(ops)
    return Net("your net", ops, blobs, inputs, parsed.outputs or ())


def _read_first(ops: Sequence[Op]) -> tuple[str, ...]:
    """What ops read before any op has made it, in the order of reading."""
    made: set[str] = set()
    read: dict[str, None] = {}
    for op in ops:
        read.update(dict.fromkeys(name for name in op.inputs if name not in made))
        made.update(op.outputs)
    return tuple(read)


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


def _disorder(parsed: Parsed) -> Iterator[Mistake]:
    """Names that are read before they are made, or wanted and made by nobody."""
    if not parsed.ops:
        yield Mistake(0, "there is no op yet; write one, as in `Relu a -> b`")
    first: dict[str, int] = {}
    for op in parsed.ops:
        for name in op.outputs:
            first.setdefault(name, op.line)
    done: set[str] = set(parsed.inputs or ())
    for op in parsed.ops:
        for name in op.inputs:
            if name in first and name not in done and first[name] != op.line:
                yield Mistake(
                    op.line,
                    f"reads {quoted(name)}, which is made only in line {first[name]}; "
                    "move this line below that one",
                )
            elif name in first and name not in done:
                # Written in place from the first: it comes from outside.
                done.add(name)
        done.update(op.outputs)
    known = {*first, *(name for op in parsed.ops for name in op.inputs)}
    for name in parsed.outputs or ():
        if name not in first and name not in (parsed.inputs or ()):
            yield Mistake(0, f"the output {quoted(name)} is made by no op{_close(name, known)}")


def _oddities(parsed: Parsed) -> Iterator[Mistake]:
    used = {name for op in parsed.ops for name in (*op.inputs, *op.outputs)}
    used |= {*(parsed.inputs or ()), *(parsed.outputs or ())}
    told: set[str] = set()
    for op in parsed.ops:
        if op.type not in CAFFE2_OPS and op.type not in told:
            told.add(op.type)
            yield Mistake(
                op.line,
                f"{quoted(op.type)} is no operator of Caffe2 that memplan knows"
                f"{_close(op.type, CAFFE2_OPS)}; it is kept, and what it makes needs a size",
            )
    for name, size in parsed.sizes.items():
        if name not in used:
            text = f"{quoted(name)} has a size, but no op uses it{_close(name, used)}"
            yield Mistake(size.line, text)


def _close(name: str, among: object) -> str:
    near = get_close_matches(name, sorted(among), 1)  # type: ignore[call-overload]
    return f" (did you mean {quoted(near[0])}?)" if near else ""


def _wrong_sizes(net: Net, parsed: Parsed) -> Iterator[Mistake]:
    """Blobs whose size nobody tells; not those that hang on another such blob."""
    unknown = {n for n in net.names() if net.blob(n).nbytes is None}
    plain = {n for n in unknown if net.blob(n).role is not Role.WEIGHT}
    made_of = {name: op.inputs for op in reversed(net.ops) for name in op.outputs}
    for name in net.names():
        if name in plain and not plain & ({*made_of.get(name, ())} - {name}):
            why = (net.blob(name).unknown or "").split(";")[0]
            yield Mistake(
                _line_of(name, parsed.ops),
                f"the size of {quoted(name)} cannot be told{f' ({why})' if why else ''}; "
                f"write it, as in `{_quoted(name)}: 1024 B`",
            )


def _denied(net: Net, parsed: Parsed) -> Iterator[Mistake]:
    """Written sizes that are not what the op makes by its rule: what is written is taken."""
    for op, line in zip(net.ops, parsed.ops, strict=True):
        inputs = [TensorType(net.blob(n).shape, net.blob(n).dtype) for n in op.inputs]
        found = outputs_of(op, CAFFE2_OPS.get(op.type), inputs)
        for name, told in zip(op.outputs, found, strict=True):
            size = parsed.sizes.get(name)
            by_rule = Blob(name, told.shape, told.dtype).nbytes
            if size is not None and by_rule not in (None, size.blob.nbytes):
                yield Mistake(
                    size.line,
                    f"{op.type} in line {line.line} makes {quoted(name)} of {format_bytes(by_rule)}"
                    f" by its rule; taken as written, {format_bytes(size.blob.nbytes)}",
                )


def _line_of(name: str, ops: Sequence[OpLine]) -> int:
    """Where a name is made first, else where it is read first."""
    made = (op.line for op in ops if name in op.outputs)
    read = (op.line for op in ops if name in op.inputs)
    return next(made, next(read, 0))


def _at_line(message: str, ops: Sequence[OpLine]) -> Mistake:
    """A sentence about "op 3" with the line in which that stands."""
    found = re.search(r"\bop (\d+)\b", message)
    step = int(found[1]) if found else len(ops)
    where = re.sub(
        r"\bop (\d+)\b",
        lambda m: f"line {ops[int(m[1])].line}" if int(m[1]) < len(ops) else m[0],
        message,
    )
    return Mistake(ops[step].line if step < len(ops) else 0, where)


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(map(_quoted, names))


def _size_line(blob: Blob) -> list[str]:
    if blob.nbytes is None or blob.shape is None or blob.dtype is None:
        return []
    weight = " weight" if blob.initialized else ""
    if blob.largest and blob.largest == blob.nbytes:
        return [f"{_quoted(blob.name)}: {blob.nbytes} B{weight}"]
    if blob.dtype is DType.UINT8 and len(blob.shape) == 1:
        return [f"{_quoted(blob.name)}: {blob.shape[0]} B{weight}"]
    dims = "x".join(map(str, blob.shape)) or "scalar"
    plain = blob.dtype is DType.FLOAT32 and len(blob.shape) != 1
    kind = "" if plain or not blob.shape else f" {blob.dtype.label}"
    return [f"{_quoted(blob.name)}: {dims}{kind}{weight}"]
