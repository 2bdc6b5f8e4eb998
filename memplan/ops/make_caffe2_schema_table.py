"""Make caffe2_schema_table.py from probed facts about Caffe2's schema check.

    python -m memplan.ops.make_caffe2_schema_table SCHEMAS.json

The facts say of each operator which numbers of inputs and outputs the real check accepts, which
pairs may or must be in place, both probed up to eight, and which arguments it wants. The table
says the same in fewer words; every row is checked against the facts before it is written. Where
a rule goes on beyond eight it is the evident one, and its row begins with ``~``.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from memplan.ops.caffe2_schema import Schema, schema_from_row

__all__ = ["main", "row_of", "table_of"]

PROBED = 8

# Operators whose numbers of inputs and outputs hang together, or are no plain range: the rule
# that the accepted pairs follow. Those with a + or with "in" go on beyond what was probed.
_RULES: Mapping[str, str] = {
    "AffineChannelGradient": "2,3 1,3",
    "Allreduce": "2+ in-1",
    "BooleanUnmask": "2+2 1",
    "Broadcast": "2+ in-1",
    "CollectTensor": "2+2 in/2",
    "DequeueBlobs": "1 1+",
    "EnqueueBlobs": "2+ in-1",
    "Free": "1+ in",
    "GroupNorm": "3 1,3",
    "LastNWindowCollector": "3-5 2-3",
    "LayerNorm": "1,3 3",
    "LayerNormGradient": "5-6 1,3",
    "LengthsPartition": "2+ in*",
    "MergeIdLists": "2+2 2",
    "MergeMultiListFeatureTensors": "4+4 4",
    "MergeMultiListFeatureTensorsGradient": "3+2 1+",
    "MergeMultiMapFeatureTensors": "5+5 5",
    "MergeMultiMapFeatureTensorsGradient": "3+2 1+",
    "MergeMultiScalarFeatureTensors": "3+3 3",
    "MergeMultiScalarFeatureTensorsGradient": "2+ 1+",
    "MergeSingleListFeatureTensors": "3+3 4",
    "MergeSingleListFeatureTensorsGradient": "3+2 1+",
    "MergeSingleMapFeatureTensors": "4+4 5",
    "MergeSingleMapFeatureTensorsGradient": "3+2 1+",
    "MergeSingleScalarFeatureTensors": "2+2 3",
    "MergeSingleScalarFeatureTensorsGradient": "2+ 1+",
    "Partition": "1+ in*",
    "QuantDecode": "2+ in-1",
    "QuantDecodeGradient": "3+2 1",
    "ReceiveTensor": "2,4 3",
    "ReduceScatter": "2+ in-1",
    "RoIPool": "2 1-2",
    "SafeDequeueBlobs": "1 2+",
    "SafeEnqueueBlobs": "2+ in",
    "ScatterWeightedSum": "5+2 1",
    "SendTensor": "2,4 0",
    "SoftmaxWithLoss": "2-3 2-3",
    "SparseDropoutWithReplacement": "2 2",
    "SparseItemwiseDropoutWithReplacement": "2 2",
    "SpatialBN": "5,7 1,5",
    "SpatialBNGradient": "5,7 3",
    "UniformFill": "0,1,3 1",
    "UniformIntFill": "0,1,3 1",
    "UnsafeCoalesce": "0+ in+1",
    "WeightedSum": "2+2 1",
    "WeightedSumGradient": "1+2 1+",
}

_PATTERNS = ("i:i", "i+1:i", "i:0", "any")


def row_of(name: str, facts: Mapping[str, Any]) -> str:
    """The row of one operator.

    Raises:
        ValueError: No row says what the facts say.
    """
    plain = facts["allowed_counts"] == "all"
    counts = (
        f"{_range(facts['min_in'], facts['max_in'])} {_range(facts['min_out'], facts['max_out'])}"
        if plain
        else _RULES[name]
    )
    words = [counts]
    open_pairs = False
    forced = {(i, j) for i, j in facts["inplace_enforced"]}
    allowed = {(i, j) for i, j in facts["inplace_allowed"]} - forced
    for word, pairs in (("force", forced), ("allow", allowed)):
        if pairs:
            text = _pairs(pairs, schema_from_row(counts))
            open_pairs |= text in _PATTERNS and _goes_on(text, schema_from_row(counts))
            words.append(f"{word}={text}")
    if facts["required_args"]:
        words.append("needs=" + ",".join(sorted(facts["required_args"])))
    open_counts = not plain and ("+" in counts or "in" in counts)
    return ("~" if open_counts or open_pairs else "") + " ".join(words)


def _range(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"


def _pairs(pairs: set[tuple[int, int]], schema: Schema) -> str:
    """The pairs as a list, or as the rule that they show as far as ops can have them."""
    if len(pairs) <= 5:
        return ",".join(f"{i}:{j}" for i, j in sorted(pairs))
    can_be = {
        (i, j)
        for inputs in range(PROBED + 1)
        for outputs in range(PROBED + 1)
        if schema.takes(inputs, outputs)
        for i in range(inputs)
        for j in range(outputs)
    }
    for pattern in _PATTERNS:
        holds = schema_from_row(f"0+ 0+ allow={pattern}").allow
        if holds and {pair for pair in can_be if holds(*pair)} == pairs & can_be:
            return pattern
    raise ValueError(f"no rule for the pairs {sorted(pairs)}")


def _goes_on(pattern: str, schema: Schema) -> bool:
    """Whether there are more than the probed pairs that the pattern speaks of."""
    more_inputs = any(n in schema.inputs for n in range(PROBED + 1, 99))
    more_outputs = schema.relation is not None or any(
        n in schema.outputs for n in range(PROBED + 1, 99)
    )
    return more_inputs and (more_outputs or pattern in ("i:0", "any"))


def check_row(name: str, row: str, facts: Mapping[str, Any]) -> None:
    """Compare a row with the facts, number by number and pair by pair.

    Raises:
        ValueError: They differ.
    """
    schema = schema_from_row(row)
    for inputs in range(PROBED + 1):
        for outputs in range(PROBED + 1):
            said = schema.takes(inputs, outputs)
            if said != _accepted(facts, inputs, outputs):
                raise ValueError(f"{name}: {inputs} inputs with {outputs} outputs")
            for i in range(inputs if said else 0):
                for j in range(outputs):
                    forced = [i, j] in facts["inplace_enforced"]
                    allowed = forced or [i, j] in facts["inplace_allowed"]
                    if forced != bool(schema.force and schema.force(i, j)):
                        raise ValueError(f"{name}: forced pair {i}:{j}")
                    if allowed != (forced or bool(schema.allow and schema.allow(i, j))):
                        raise ValueError(f"{name}: allowed pair {i}:{j}")


def _accepted(facts: Mapping[str, Any], inputs: int, outputs: int) -> bool:
    if facts["allowed_counts"] != "all":
        return any(pair == [inputs, outputs] for pair in facts["allowed_counts"])
    for side, number in (("in", inputs), ("out", outputs)):
        most = facts[f"max_{side}"]
        if number < facts[f"min_{side}"] or (most is not None and number > most):
            return False
    return True


def table_of(facts: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """The lines of the module."""
    rows: dict[str, list[str]] = defaultdict(list)
    for name in sorted(facts):
        row = row_of(name, facts[name])
        check_row(name, row, facts[name])
        rows[row].append(name)
    yield '"""What Caffe2\'s schema check accepts: made by make_caffe2_schema_table, do not edit.\n'
    yield f"{len(facts)} operators in {len(rows)} rows; `caffe2_schema` says how to read one."
    yield '"""\n'
    yield "TABLE: dict[str, str] = {"
    for row in sorted(rows, key=lambda row: (row.removeprefix("~"), row)):
        lines = textwrap.wrap(" ".join(rows[row]), 88, break_long_words=False)
        if len(lines) == 1 and len(row) + len(lines[0]) <= 88:
            yield f'    "{row}": "{lines[0]}",'
            continue
        yield f'    "{row}": ('
        for number, line in enumerate(lines):
            yield f'        "{line}{" " if number < len(lines) - 1 else ""}"'
        yield "    ),"
    yield "}"


def main(path: str) -> None:
    """Write the table beside this file."""
    facts = json.loads(Path(path).read_bytes())
    target = Path(__file__).with_name("caffe2_schema_table.py")
    target.write_text("\n".join(table_of(facts)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
