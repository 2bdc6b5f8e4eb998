"""Text of a NetDef for people to read: an argument takes a line, not four.

Protobuf's own text form puts each field on a line of its own, three lines and a brace for
``kernel: 3``. This one is the same language, and reads back to the same message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from google.protobuf import text_format

from memplan.formats import netdef_pb2

__all__ = ["readable"]


def readable(net: netdef_pb2.NetDef, comment: Sequence[str] = ()) -> str:
    """Return `net` as text, below lines of comment."""
    lines = [*(f"# {line}".rstrip() for line in comment), *_net(net)]
    text = "\n".join(lines) + "\n"
    # Written by hand, so checked: a field that is left out here would be lost without a word.
    assert text_format.Parse(text, netdef_pb2.NetDef()) == net, net.name
    return text


def _net(net: netdef_pb2.NetDef) -> Iterator[str]:
    yield f'name: "{net.name}"'
    if net.type:
        yield f'type: "{net.type}"'
    for op in net.op:
        yield "op {"
        yield from _indented(_op(op))
        yield "}"
    yield from (f'external_input: "{name}"' for name in net.external_input)
    yield from (f'external_output: "{name}"' for name in net.external_output)


def _op(op: netdef_pb2.OperatorDef) -> Iterator[str]:
    yield f'type: "{op.type}"'
    yield from (f'input: "{name}"' for name in op.input)
    yield from (f'output: "{name}"' for name in op.output)
    for arg in op.arg:
        if arg.HasField("n"):
            yield "arg {"
            yield f'  name: "{arg.name}"'
            yield "  n {"
            yield from _indented(_indented(_net(arg.n)))
            yield "  }"
            yield "}"
        else:
            yield f"arg {{ {_one_line(arg)} }}"
    if op.HasField("device_option"):
        yield f"device_option {{ {_one_line(op.device_option)} }}"
    if op.is_gradient_op:
        yield "is_gradient_op: true"


def _one_line(message: netdef_pb2.Argument | netdef_pb2.DeviceOption) -> str:
    return text_format.MessageToString(message, as_one_line=True).strip()


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
