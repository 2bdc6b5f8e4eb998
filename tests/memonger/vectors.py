"""What the real Caffe2 library answered, and how an answer is compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf import text_format

from memplan.formats import InputFile, load
from memplan.formats import netdef_pb2 as pb


def parsed(text: str) -> pb.NetDef:
    return text_format.Parse(text, pb.NetDef())


@cache
def vectors(shared: Path, name: str) -> tuple[Mapping[str, Any], ...]:
    text = (shared / "vectors" / "memonger" / name).read_text(encoding="utf-8")
    rows = json.loads(text) if name.endswith(".json") else map(json.loads, text.splitlines())
    return tuple(rows)


@cache
def real_net(shared: Path, name: str) -> pb.NetDef:
    path = next((shared / "nets" / "caffe2" / name).glob("predict_net.*"))
    return load([InputFile(path.name, path.read_bytes())]).source


def signature(net: Any) -> list[list[Any]]:
    """Per op its type and its blobs, each by the order of its first appearance."""
    ids: dict[str, int] = {}
    return [
        [op.type, *([ids.setdefault(b, len(ids)) for b in side] for side in (op.input, op.output))]
        for op in net.op
    ]


def as_listed(assignments: Any) -> list[list[list[Any]]]:
    """Assignments in the form in which they were recorded."""
    return [[[name, list(live)] for name, live in assignment] for assignment in assignments]


def examples(shared: Path) -> Iterator[tuple[str, pb.NetDef, dict[str, Any], dict[str, Any], str]]:
    """Name, net, call, answer and the text of the net that came out, for each example."""
    for call in sorted((shared / "vectors" / "memonger" / "examples").glob("*.json")):
        net = parsed(call.with_name(f"{call.name.split('.')[0]}.pbtxt").read_text())
        out = call.with_name(f"{call.name.removesuffix('.json')}.out.txt").read_text()
        lines = out.splitlines()
        answer = json.loads(lines[1].removeprefix("# "))
        result = "\n".join(line for line in lines if not line.startswith("# "))
        yield call.name.removesuffix(".json"), net, json.loads(call.read_text()), answer, result
