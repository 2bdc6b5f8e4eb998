"""Give blobs of a NetDef new names, in its nested nets too.

Renaming works on messages, so that every field that it does not concern stays as it was:
arguments, devices, control inputs, external inputs and outputs of the outer net, and fields
that nobody here knows. Any class with NetDef's fields will do; what is given is never changed.

There are two sets of rules for nested nets, because Caffe2 has two. Its linear pass has none:
it renames what its own ops read and write, and leaves their arguments as they are.

    | rule                       | Caffe2's core             | its memonger.py              |
    |----------------------------|---------------------------|------------------------------|
    | nets of RecurrentNetwork…  | step_net and              | each argument that ends with |
    |                            | backward_step_net,        | step_net; message only       |
    |                            | message or text           |                              |
    | their external inputs      | stay                      | are renamed                  |
    | link_external, alias_dst   | stay                      | are renamed                  |
    | arguments BLOB.rename      | for a blob whose name     | for each assigned blob, in   |
    |                            | changes, in the order of  | the order of the assignment  |
    |                            | inputs, then outputs      |                              |
    | AsyncIf's then_net and     | renamed, external inputs  | stay                         |
    | else_net                   | and outputs too           |                              |

If, While and Do are followed by neither. Recorded answers of Caffe2 cover step nets as message
and as text, AsyncIf and the arguments BLOB.rename; link_external, alias_dst, a branch that is
missing and nets within nested nets are after its source alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from google.protobuf import text_format

from memplan.errors import FormatError, InvalidStepNet, quoted
from memplan.formats.text import parse_text

__all__ = [
    "Assignment",
    "Rules",
    "applied",
    "apply_assignments",
    "apply_asyncif_blob_assignments",
    "apply_recurrent_blob_assignments",
    "left_alone",
]

_WITH_NETS = ("RecurrentNetwork", "AsyncIf")

Mapped = Mapping[str, str]
Descend = Callable[[Any, Mapped], None]


class Rules(StrEnum):
    """By which rules names in nested nets change: a column of the table above, or by none."""

    CORE = "core"
    PYTHON = "memonger.py"
    NONE = "linear pass"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A planner's answer in names.

    Attributes:
        mapping: The new name of each blob that takes part; the others keep theirs.
        order: Indices of the ops in the order in which they are to run; None: as they stand.
        rules: How nested nets follow.
        unchanged: Why the planner left the net as it is; None when it did not.
    """

    mapping: Mapped
    order: tuple[int, ...] | None = None
    rules: Rules = Rules.CORE
    unchanged: str | None = None

    def __post_init__(self) -> None:
        # A copy: a look-up in a proxy of a plain dict costs no more than one in the dict.
        object.__setattr__(self, "mapping", MappingProxyType(dict(self.mapping)))


def left_alone(reason: str) -> Assignment:
    """The answer of a planner that does not touch the net; the reason follows "because"."""
    return Assignment({}, unchanged=reason)


def applied(net: Any, assignment: Assignment) -> Any:
    """Return a copy of `net` as a planner wants it: its ops in order, its blobs renamed.

    Args:
        net: A message with NetDef's fields; the copy is of its class.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
    """
    copy = copied(net)
    if assignment.unchanged is not None:
        return copy  # with every text in it as it was, even one that is no net
    if assignment.order is not None:
        ops = [net.op[index] for index in assignment.order]
        del copy.op[:]
        copy.op.extend(ops)
    _rename_ops(copy, dict(assignment.mapping), _DESCEND[assignment.rules])
    return copy


def apply_assignments(net: Any, mapping: Mapped) -> Any:
    """Return a copy of `net` with new names, by the rules of Caffe2's core.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
    """
    return applied(net, Assignment(mapping))


def apply_recurrent_blob_assignments(op: Any, mapping: Mapped) -> Any:
    """Return a copy of a RecurrentNetwork op with the names in its step nets changed.

    For each of its blobs that changes its name an argument ``BLOB.rename`` is added, from which
    the op learns the new name; its own inputs and outputs are left as they are.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
    """
    copy = copied(op)
    _descend_recurrent(copy, mapping)
    return copy


def apply_asyncif_blob_assignments(op: Any, mapping: Mapped) -> Any:
    """Return a copy of an AsyncIf op with the names in its two nets changed."""
    copy = copied(op)
    _descend_asyncif(copy, mapping)
    return copy


def copied(message: Any) -> Any:
    """A copy through bytes, of the class that was given."""
    return type(message).FromString(message.SerializeToString())


def _rename_ops(net: Any, mapping: Mapped, descend: Descend) -> None:
    for op in net.op:
        if op.type.startswith(_WITH_NETS):
            descend(op, mapping)  # before the op's own names change: they are the keys in there
        _rename(op.input, mapping)
        _rename(op.output, mapping)


def _rename(names: Any, mapping: Mapped) -> None:
    # A slice is read at once; to walk the message's own list takes twice as long.
    for position, name in enumerate(names[:]):
        new = mapping.get(name)
        if new is not None and new != name:
            names[position] = new


def _descend(op: Any, mapping: Mapped) -> None:
    kind = op.type
    if kind.startswith("RecurrentNetwork"):
        _descend_recurrent(op, mapping)
    elif kind == "AsyncIf":
        _descend_asyncif(op, mapping)


def _descend_recurrent(op: Any, mapping: Mapped) -> None:
    for arg in op.arg:
        if arg.name not in ("step_net", "backward_step_net"):
            continue
        if not arg.HasField("n"):
            arg.s = _renamed_text(op, arg, mapping)
        elif arg.HasField("s"):
            raise InvalidStepNet(
                f"{quoted(arg.name)} of the {op.type} that makes {quoted(_made(op))} is given "
                "twice, as message and as text; keep one of them"
            )
        else:
            _rename_ops(arg.n, mapping, _descend)
    for name in (*op.input, *op.output):
        if mapping.get(name, name) != name:
            op.arg.add(name=f"{name}.rename", s=mapping[name].encode())


def _renamed_text(op: Any, arg: Any, mapping: Mapped) -> bytes:
    """A step net in text form with new names, in one line; no text is an empty net."""
    if not arg.s:
        return b""
    try:
        net = parse_text(arg.s, arg.name)
    except FormatError as error:
        raise InvalidStepNet(
            f"the step net of the {op.type} that makes {quoted(_made(op))} cannot be read: {error}"
        ) from None
    _rename_ops(net, mapping, _descend)
    return text_format.MessageToString(net, as_one_line=True, as_utf8=False).encode()


def _descend_asyncif(op: Any, mapping: Mapped) -> None:
    for arg in op.arg:
        if arg.name in ("then_net", "else_net"):
            arg.n.SetInParent()
            _rename_ops(arg.n, mapping, _descend)
            _rename(arg.n.external_input, mapping)
            _rename(arg.n.external_output, mapping)


def _descend_as_python(op: Any, mapping: Mapped) -> None:
    if not op.type.startswith("RecurrentNetwork"):
        return
    for arg in op.arg:
        if arg.name.endswith(("alias_dst", "link_external")):
            for position, name in enumerate(arg.strings):
                arg.strings[position] = mapping.get(name.decode(), name.decode()).encode()
        if arg.name.endswith("step_net") and arg.HasField("n"):
            _rename_ops(arg.n, mapping, _descend_as_python)
            _rename(arg.n.external_input, mapping)
    own = {*op.input, *op.output}
    for name, new in mapping.items():
        if name in own:
            op.arg.add(name=f"{name}.rename", s=new.encode())


def _stay_outside(_op: Any, _mapping: Mapped) -> None:
    """Leave nested nets as they are."""


_DESCEND: Mapping[Rules, Descend] = MappingProxyType(
    {Rules.CORE: _descend, Rules.PYTHON: _descend_as_python, Rules.NONE: _stay_outside}
)


def _made(op: Any) -> str:
    return next(iter(op.output), "")
