"""What is wrong with a text as a whole, and what is merely odd, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from memplan.errors import quoted
from memplan.formats.net_text import Mistake, OpLine, Parsed
from memplan.net import Arg, Blob, Net, Op, Role
from memplan.net_script.names import written
from memplan.ops import CAFFE2_OPS
from memplan.ops.schema import Contradiction, TensorType
from memplan.shapes.rules import outputs_of
from memplan.units import format_bytes

__all__ = ["denied", "disorder", "misspelt", "oddities", "wrong_sizes"]


def disorder(parsed: Parsed) -> Iterator[Mistake]:
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


def oddities(parsed: Parsed) -> Iterator[Mistake]:
    """Ops that nobody knows, and sizes that nobody needs."""
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


def misspelt(net: Net, lines: Sequence[OpLine]) -> Iterator[Mistake]:
    """Arguments that no rule asks for, where it asks for one that is written alike."""
    for op, line in zip(net.ops, lines, strict=True):
        asked = _Asked(op.args)
        if op.args:
            _fault(replace(op, args=asked), _read(net, op))
        for name in op.args:
            near = get_close_matches(name, sorted(asked.names - {*op.args}), 1, 0.75)
            if near and name not in asked.names:
                text = f"{op.type} has no argument {quoted(name)} (did you mean {quoted(near[0])}?)"
                yield Mistake(line.line, text)


class _Asked(Mapping[str, Arg]):
    """Arguments that remember which names were asked for."""

    def __init__(self, args: Mapping[str, Arg]) -> None:
        self.args = args
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Arg:
        self.names.add(name)
        return self.args[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.args)

    def __len__(self) -> int:
        return len(self.args)


def _read(net: Net, op: Op) -> list[TensorType]:
    return [TensorType(net.blob(name).shape, net.blob(name).dtype) for name in op.inputs]


def _fault(op: Op, inputs: Sequence[TensorType]) -> str | None:
    """How an op's arguments and what it reads contradict one another; None where they do not."""
    schema = CAFFE2_OPS.get(op.type)
    if schema is None or schema.shapes is None or len(inputs) < schema.min_inputs:
        return None
    try:
        schema.shapes(op, inputs)
    except Contradiction as error:
        return str(error)
    return None


def wrong_sizes(net: Net, parsed: Parsed) -> Iterator[Mistake]:
    """Blobs whose size nobody tells; not those that hang on another such blob."""
    unknown = {n for n in net.names() if net.blob(n).nbytes is None}
    plain = {n for n in unknown if net.blob(n).role is not Role.WEIGHT}
    made_of = {name: op.inputs for op in reversed(net.ops) for name in op.outputs}
    for name in net.names():
        if name in plain and not plain & ({*made_of.get(name, ())} - {name}):
            # An option of the command line is no help here.
            told = (net.blob(name).unknown or "").split("; ")
            why = "; ".join(part for part in told if "--input" not in part)
            yield Mistake(
                _line_of(name, parsed.ops),
                f"the size of {quoted(name)} cannot be told{f' ({why})' if why else ''}; "
                f"write the size, as in `{written(name)}: 1024 B`",
            )


def denied(net: Net, parsed: Parsed) -> Iterator[Mistake]:
    """Written sizes that are not what the op makes by its rule: what is written is taken."""
    for op, line in zip(net.ops, parsed.ops, strict=True):
        inputs = _read(net, op)
        written_here = [parsed.sizes[name] for name in op.outputs if name in parsed.sizes]
        fault = _fault(op, inputs) if op.args and written_here else None
        if fault is not None:
            yield Mistake(line.line, f"{fault}; what it makes is taken as written")
            continue
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
