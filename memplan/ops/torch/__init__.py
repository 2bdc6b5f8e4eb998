"""Operators of torch.export: which outputs are views, what is written in place.

Shapes come from the file, and so does what is a weight. An operator is called as the file calls
it, without ``torch.ops.`` before it: ``aten.add.Tensor``. There are thousands, and what they do
with memory is told by the name before the overload, so the table answers for names that nobody
listed:

- `aliases`: views, which PyTorch never copies; and operators whose name ends in ``_``, which write
  over their first operand and return it;
- `in_place`: elementwise operators, which an engine may write over what they read;
- `views`: ``view_copy``, which ExecuTorch puts in a view's place and then does not run;
- what is in none has memory of its own for its outputs.

An operator that returns its input or a copy, by the input's layout (``reshape``), is a view here;
where the file's strides say that it copies, the reader calls it as PyTorch runs it then
(``aten._reshape_copy``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from memplan.ops.schema import OpSchema
from memplan.ops.torch.names import BINARY, STRIDED, UNARY, VIEWS

__all__ = ["TORCH_OPS", "is_in_place", "is_strided", "operator_name"]

_FIRST = frozenset({(0, 0)})
_EITHER = frozenset({(0, 0), (1, 0)})
# As many parts as a Split may have: those beyond have memory of their own.
_PARTS = tuple((0, part) for part in range(256))


def operator_name(op_type: str) -> str:
    """The name of an ATen operator without its overload; empty for any other operator.

    >>> operator_name("aten.add_.Tensor"), operator_name("mylib.add.default")
    ('add_', '')
    """
    library, _, rest = op_type.partition(".")
    return rest.partition(".")[0] if library == "aten" else ""


def is_in_place(op_type: str) -> bool:
    """Whether an operator writes over its first operand.

    >>> is_in_place("aten.relu_.default"), is_in_place("aten.__and__.Tensor")
    (True, False)
    """
    name = operator_name(op_type)
    return name.endswith("_") and not name.endswith("__")


def is_strided(op_type: str) -> bool:
    """Whether an output has other elements than the input that it is a view of."""
    return operator_name(op_type) in STRIDED


@lru_cache(maxsize=4096)
def _schema(op_type: str) -> OpSchema | None:
    name = operator_name(op_type)
    if is_in_place(op_type):
        return OpSchema(op_type, aliases=((0, 0),))
    if name in STRIDED:
        return OpSchema(op_type, aliases=_PARTS, strided=True)
    if name in VIEWS:
        return OpSchema(op_type, aliases=((0, 0),))
    if name == "view_copy":
        return OpSchema(op_type, views=((0, 0),))
    if name in UNARY:
        return OpSchema(op_type, in_place=_FIRST)
    return OpSchema(op_type, in_place=_EITHER) if name in BINARY else None


class _Table(Mapping[str, OpSchema]):
    """By an operator's full name; lists the names before the overload that it knows."""

    def __getitem__(self, op_type: str) -> OpSchema:
        found = _schema(op_type)
        if found is None:
            raise KeyError(op_type)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(f"aten.{name}.default" for name in VIEWS | STRIDED | UNARY | BINARY))

    def __len__(self) -> int:
        return len(VIEWS | STRIDED | UNARY | BINARY)


TORCH_OPS: Mapping[str, OpSchema] = _Table()
