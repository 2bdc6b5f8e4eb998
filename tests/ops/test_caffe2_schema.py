"""The table says what the real check says, number by number, pair by pair, for 806 operators."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from memplan.errors import SchemaError
from memplan.net import Op
from memplan.ops.caffe2_schema import check_schemas, schemas
from memplan.ops.caffe2_schema_table import TABLE
from memplan.ops.make_caffe2_schema_table import check_row, table_of

PROBED = range(9)


@cache
def facts_in(shared: Path) -> Any:
    return json.loads((shared / "vectors" / "memonger" / "schemas.json").read_bytes())


def passes(op: Op) -> bool:
    try:
        check_schemas([op])
    except SchemaError:
        return False
    return True


def test_every_number_every_pair_every_argument(shared: Path) -> None:
    facts = facts_in(shared)
    assert set(schemas()) == set(facts)
    checked = pairs = 0
    for name, fact in facts.items():
        args = dict.fromkeys(fact["required_args"], 1)
        enforced = {(i, j) for i, j in fact["inplace_enforced"]}
        for n in PROBED:
            for m in PROBED:
                accepted = _accepts(fact, n, m)
                plain = _op(name, n, m, enforced, args)
                assert passes(plain) == accepted, (name, n, m)
                checked += 1
                if accepted and args:
                    assert not passes(_op(name, n, m, enforced, {})), name
        n, m = next(
            ((n, m) for n in reversed(PROBED) for m in reversed(PROBED) if _accepts(fact, n, m)),
            (0, 0),
        )
        for i in range(n):
            for j in range(m):
                pair = _op(name, n, m, enforced | {(i, j)}, args)
                inputs = [k for k, blob in enumerate(pair.inputs) if blob in pair.outputs]
                if len(inputs) == len([e for e in enforced if e[0] < n and e[1] < m]) + 1:
                    expected = [i, j] in fact["inplace_allowed"] or (i, j) in enforced
                    assert passes(pair) == expected, (name, i, j)
                    pairs += 1
    assert checked == 806 * 81
    assert pairs == 5359


def _accepts(fact: Any, n: int, m: int) -> bool:
    if fact["allowed_counts"] != "all":
        return [n, m] in fact["allowed_counts"]
    most_in, most_out = (9 if fact[k] is None else fact[k] for k in ("max_in", "max_out"))
    return bool(fact["min_in"] <= n <= most_in and fact["min_out"] <= m <= most_out)


def _op(name: str, n: int, m: int, same: set[tuple[int, int]], args: Any) -> Op:
    """An op with `n` inputs and `m` outputs, of which the given pairs are one blob each."""
    outputs = [f"out{j}" for j in range(m)]
    for i, j in sorted(same):
        if i < n and j < m:
            outputs[j] = f"in{i}"
    return Op(name, tuple(f"in{i}" for i in range(n)), tuple(outputs), args=args)


def test_an_operator_that_is_not_listed_passes() -> None:
    assert passes(Op("NoSuchOperator", ("a",) * 9, ("a",) * 9))
    assert passes(Op("ReservoirSampling"))


@pytest.mark.parametrize(
    ("op", "fault"),
    [
        (Op("Relu", ("a", "b"), ("c",)), "it takes no 2 inputs with 1 outputs"),
        (Op("IndexFreeze", ("a",), ("b",)), r"must write its input in place .*'a'.*'b'"),
        (Op("Softmax", ("a",), ("a",)), r"may not write an input in place here .*'a'.*'a'"),
        (Op("GivenTensorFill", (), ("a",)), "its argument 'values' is missing"),
    ],
)
def test_the_error_names_the_op_the_blobs_and_the_fault(op: Op, fault: str) -> None:
    with pytest.raises(RuntimeError, match=rf"op 1 \('{op.type}', which makes.*{fault}"):
        check_schemas([Op("Relu", ("x",), ("y",)), op])


def test_rules_go_on_beyond_eight_and_their_rows_are_marked() -> None:
    def pushes(blobs: int, *, in_place: bool) -> Op:
        values = tuple(f"v{i}" for i in range(blobs))
        made = values if in_place else tuple(f"w{i}" for i in range(blobs))
        return Op("EnqueueBlobs", ("queue", *values), made)

    assert passes(pushes(30, in_place=True))
    assert not passes(pushes(30, in_place=False))
    assert not passes(Op("WeightedSum", tuple("abcdefghi"), ("o",)))
    assert passes(Op("WeightedSum", tuple("abcdefghij"), ("o",)))
    assert not passes(Op("NCCLAllreduce", tuple("abcdefghijklmnopq"), ("o",)))
    for name in ("EnqueueBlobs", "WeightedSum", "NCCLAllreduce", "While", "ScatterWeightedSum"):
        assert schemas()[name].extrapolated, name
    for name in ("Sum", "Concat", "SpatialBN", "Relu", "LSTMUnitGradient", "YellowFin"):
        assert not schemas()[name].extrapolated, name


def test_the_table_is_what_the_script_makes_of_the_facts(shared: Path) -> None:
    made: dict[str, Any] = {}
    exec("\n".join(table_of(facts_in(shared))), made)
    assert made["TABLE"] == TABLE


def test_the_script_refuses_a_row_that_the_facts_contradict(shared: Path) -> None:
    relu = facts_in(shared)["Relu"]
    check_row("Relu", "1 1 allow=0:0", relu)
    for wrong in ("1 1", "1+ 1 allow=0:0", "1 1 force=0:0"):
        with pytest.raises(ValueError, match="Relu"):
            check_row("Relu", wrong, relu)
