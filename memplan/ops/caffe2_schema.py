"""Caffe2's schema check: how many inputs and outputs an operator takes, and which are in place.

A row of the table is ``INPUTS OUTPUTS [force=PAIRS] [allow=PAIRS] [needs=ARGUMENTS]``:

    2         exactly two                    in, in-1, in+1, in/2   as many outputs as inputs, …
    1-3, 2,4  one to three; two or four      in*                    a multiple of the inputs
    1+, 3+2   one and more; 3, 5, 7, …       0:0,3:1   input 0 as output 0, input 3 as output 1
                                             i:i, i+1:i, i:0, any   such a rule for all of them

``force`` pairs must have one name and ``allow`` pairs may; no other pair may. An operator that
is not in the table passes, as one does that Caffe2 has no schema of. A row that begins with
``~`` follows its rule beyond the eight inputs and outputs up to which Caffe2 was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from memplan.errors import SchemaError, quoted
from memplan.net import Op
from memplan.ops.caffe2_schema_table import TABLE

__all__ = ["Schema", "check_schemas", "schema_from_row", "schemas"]

Pair = tuple[int, int]

_OUTPUTS_BY_INPUTS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        "in": lambda inputs, outputs: outputs == inputs,
        "in-1": lambda inputs, outputs: outputs == inputs - 1,
        "in+1": lambda inputs, outputs: outputs == inputs + 1,
        "in/2": lambda inputs, outputs: outputs * 2 == inputs,
        "in*": lambda inputs, outputs: outputs > 0 and outputs % inputs == 0,
    }
)
_PAIRS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        "i:i": lambda i, j: i == j,
        "i+1:i": lambda i, j: i == j + 1,
        "i:0": lambda _i, j: j == 0,
        "any": lambda _i, _j: True,
    }
)


@dataclass(frozen=True, slots=True)
class Schema:
    """What one operator takes.

    Attributes:
        inputs: The numbers of inputs; `outputs` those of outputs.
        relation: Whether a number of outputs fits one of inputs; None: any does.
        force: Whether input i and output j must be one blob.
        allow: Whether they may be.
        needs: Names of arguments that must be there.
        extrapolated: The rule goes on beyond what Caffe2 was asked.
    """

    inputs: Container[int]
    outputs: Container[int]
    relation: Callable[[int, int], bool] | None
    force: Callable[[int, int], bool] | None
    allow: Callable[[int, int], bool] | None
    needs: tuple[str, ...]
    extrapolated: bool

    def takes(self, inputs: int, outputs: int) -> bool:
        """Whether it takes so many inputs and gives so many outputs."""
        if inputs not in self.inputs or outputs not in self.outputs:
            return False
        return self.relation is None or self.relation(inputs, outputs)

    def fault(self, op: Op) -> str | None:
        """What is wrong with an op of this type; None when nothing is."""
        if not self.takes(len(op.inputs), len(op.outputs)):
            return f"it takes no {len(op.inputs)} inputs with {len(op.outputs)} outputs"
        if self.force is not None or not set(op.inputs).isdisjoint(op.outputs):
            for i, source in enumerate(op.inputs):
                for j, result in enumerate(op.outputs):
                    why = self._fault_of_pair(i, j, same=source == result)
                    if why is not None:
                        return f"{why} (input {i} is {quoted(source)}, output {j} {quoted(result)})"
        missing = next((name for name in self.needs if name not in op.args), None)
        return None if missing is None else f"its argument {quoted(missing)} is missing"

    def _fault_of_pair(self, i: int, j: int, *, same: bool) -> str | None:
        forced = self.force is not None and self.force(i, j)
        if same:
            allowed = forced or (self.allow is not None and self.allow(i, j))
            return None if allowed else "it may not write an input in place here"
        return "it must write its input in place" if forced else None


def check_schemas(ops: Iterable[Op]) -> None:
    """Check the ops of a net, not those of nested nets.

    Raises:
        SchemaError: An op is not one that its schema allows; the first such op.
    """
    known = schemas()
    for index, op in enumerate(ops):
        schema = known.get(op.type)
        fault = None if schema is None else schema.fault(op)
        if fault is not None:
            made = ", ".join(quoted(name) for name in op.outputs[:3]) or "nothing"
            raise SchemaError(
                f"op {index} ({quoted(op.type)}, which makes {made}) does not pass its schema: "
                f"{fault}; correct the op"
            )


@cache
def schemas() -> Mapping[str, Schema]:
    """All rows of the table, by operator."""
    found = {}
    for row, names in TABLE.items():
        schema = schema_from_row(row)
        found.update(dict.fromkeys(names.split(), schema))
    return MappingProxyType(found)


def schema_from_row(row: str) -> Schema:
    """Read one row of the table.

    >>> schema_from_row("~2+ in-1 force=i+1:i").takes(9, 8)
    True
    """
    inputs, outputs, *words = row.removeprefix("~").split()
    parts = dict(word.split("=") for word in words)
    relation = _OUTPUTS_BY_INPUTS.get(outputs)
    return Schema(
        inputs=_numbers(inputs),
        outputs=_numbers("0+" if relation else outputs),
        relation=relation,
        force=_pairs(parts.get("force")),
        allow=_pairs(parts.get("allow")),
        needs=tuple(parts["needs"].split(",")) if "needs" in parts else (),
        extrapolated=row.startswith("~"),
    )


def _numbers(text: str) -> Container[int]:
    if "+" in text:
        low, step = text.split("+")
        return range(int(low), 2**31, int(step or 1))
    if "-" in text:
        low, high = text.split("-")
        return range(int(low), int(high) + 1)
    return frozenset(map(int, text.split(",")))


def _pairs(text: str | None) -> Callable[[int, int], bool] | None:
    if text is None or text in _PAIRS:
        return None if text is None else _PAIRS[text]
    listed = frozenset(_pair(word) for word in text.split(","))
    return lambda i, j: (i, j) in listed


def _pair(word: str) -> Pair:
    i, j = word.split(":")
    return int(i), int(j)
