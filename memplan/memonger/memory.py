"""How much memory nets and assignments take, and freeing blobs after their last use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import Any, NamedTuple

from memplan.errors import InvalidNet, MissingSize, quoted
from memplan.memonger.messages import message_of
from memplan.planners.caffe2_interference import Named
from memplan.rewrite import copied

__all__ = ["Statistics", "compute_statistics", "estimate_memory_usage", "release_blobs_when_used"]

_BYTES: Mapping[int, int] = MappingProxyType(
    # FLOAT, INT32, BOOL, UINT8, INT8, UINT16, INT16, INT64, FLOAT16, DOUBLE
    {1: 4, 2: 4, 5: 1, 6: 1, 7: 1, 8: 2, 9: 2, 10: 8, 12: 2, 13: 8}
)


class Statistics(NamedTuple):
    """Bytes with a blob of its own for each name, and with those that share laid together."""

    baseline_nbytes: int
    optimized_nbytes: int


def compute_statistics(
    assignments: Iterable[Sequence[Named]], sizes: Mapping[str, int] | None = None
) -> Statistics:
    """What sharing saves.

    Args:
        sizes: Bytes by blob, where Caffe2 asks its workspace; a blob without an entry counts 0,
            as one that is not in the workspace. None: the sizes in the live ranges.
    """
    rows = [
        [(live.size if sizes is None else sizes.get(name)) or 0 for name, live in assignment]
        for assignment in assignments
    ]
    return Statistics(sum(map(sum, rows)), sum(max(row, default=0) for row in rows))


def release_blobs_when_used(
    netproto: Any,
    dont_free_blobs: Iterable[Any],
    selector_fun: Callable[[str], bool] | None = None,
) -> Any:
    """Return a copy of a net with a Free op after the last reader of each blob.

    External outputs stay, and what an Alias stands for. Of several blobs that are freed after
    one op the one listed last comes first. A text for `dont_free_blobs` means its letters.

    Raises:
        InvalidNet: An Alias has no input.
    """
    message = message_of(netproto)
    waiting = _releasable(message, selector_fun) - {str(blob) for blob in dont_free_blobs}
    copy = copied(message)
    ops: list[Any] = []  # backwards
    for op in reversed(message.op):
        frees = []
        for name in op.input:
            if name in waiting:
                waiting.discard(name)
                frees.append(type(op)(input=[name], output=[name], name="", type="Free"))
        ops += [*frees, op]
    del copy.op[:]
    copy.op.extend(reversed(ops))
    return copy


def _releasable(net: Any, selector_fun: Callable[[str], bool] | None) -> set[str]:
    read: set[str] = set()
    made: set[str] = set()
    aliased: set[str] = set()
    for index, op in enumerate(net.op):
        if op.type == "Alias":
            if not op.input:
                raise InvalidNet(f"op {index} ('Alias') has no input; correct the op")
            aliased.add(op.input[0])
            continue
        read.update(op.input)
        made.update(
            name
            for name in op.output
            if name not in read and (selector_fun is None or selector_fun(name))
        )
    return (made & read) - set(net.external_output) - aliased


def estimate_memory_usage(
    protos: Iterable[Any],
    shapes: Mapping[str, Sequence[int]],
    types: Mapping[str, int],
    devicescope: Any,
) -> tuple[int, int, defaultdict[str, int]]:
    """Bytes in all, the most at one time, and by type of op, on one device.

    Every output is allocated once, by the first op that writes it, and freed by Free (and, as
    in Caffe2, by Alias). A blob without shape or type counts 0. The nets are not changed.

    Args:
        types: Numbers of TensorProto.DataType.
        devicescope: A DeviceOption; an op counts if its own equals it, field by field.

    Raises:
        MissingSize: A type has no size (a KeyError, as in Caffe2): BYTE and STRING.
    """
    scope = devicescope.SerializeToString(deterministic=True)
    by_op: defaultdict[str, int] = defaultdict(int)
    allocated: dict[str, int] = {}
    current = most = 0
    for op in (op for proto in protos for op in message_of(proto).op):
        if op.type in ("Free", "Alias"):
            current -= sum(allocated.pop(name, 0) for name in op.output)
        elif op.device_option.SerializeToString(deterministic=True) == scope:
            for name in op.output:
                if name not in allocated:
                    allocated[name] = _nbytes(name, shapes, types)
                    by_op[op.type] += allocated[name]
                    current += allocated[name]
                    most = max(most, current)
    return sum(by_op.values()), most, by_op


def _nbytes(name: str, shapes: Mapping[str, Sequence[int]], types: Mapping[str, int]) -> int:
    if name not in shapes or name not in types:
        return 0
    if types[name] not in _BYTES:
        raise MissingSize(
            f"{quoted(name)} is of type {types[name]}, whose elements have no fixed size; "
            "leave it out of the types"
        )
    return _BYTES[types[name]] * prod(shapes[name])
