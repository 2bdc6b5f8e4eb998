"""Write a plan into a TensorFlow Lite model, which TensorFlow Lite Micro then obeys.

The model's bytes stay as they are. In front of them goes a new root table, with new lists of
buffers and of metadata, which point forward into the old bytes: offsets inside these are
relative, so that moving all of them together breaks none. So nothing else of the model can
change, fields that are newer than this writer included, and the alignment of its data stays.

    [ root offset, TFL3 | vtable, root table | buffers, metadata | plan ][ the old file, whole ]
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from memplan.errors import FormatError, quoted
from memplan.formats.flatbuffer import BrokenBuffer, Table, root_of
from memplan.formats.tflite_offline import OFFLINE, PLANNED_LATER, offline_bytes, plan_entry
from memplan.formats.tflite_read import tensor_names
from memplan.formats.tflite_tables import (
    BufferField,
    MetadataField,
    ModelField,
    SubgraphField,
    TensorField,
)
from memplan.plan import Plan
from memplan.units import align_up, format_bytes

__all__ = ["OFFLINE_ALIGNMENT", "offline_offsets", "with_offline_plan"]

OFFLINE_ALIGNMENT = 16  # of an arena's buffers in TensorFlow Lite Micro, and of a model's data
_MOST = 2**31 - 1


def with_offline_plan(data: bytes, plan: Plan, file: str = "model.tflite") -> bytes:
    """The same model with `plan` in its metadata, in place of one that is there.

    The bytes of a plan that was there stay in the file, where nothing refers to them any more.

    Args:
        data: The model, of one subgraph: of several the engine takes one list for them all.
        plan: Of this model, verified, with offsets that are multiples of 16.
        file: The name of the model, for messages.

    Raises:
        FormatError: The model cannot be read or has several subgraphs, or the plan is of
            another net or has offsets that the engine does not take.
    """
    names = tensor_names(data, file)
    offsets = offline_offsets(plan, names, file)
    try:
        model = root_of(data)
        _check_alone(model, file)
        return _in_front(model, offline_bytes(offsets))
    except BrokenBuffer as broken:
        raise FormatError(f"{quoted(file)} is damaged: {broken}; get the file again") from None


def offline_offsets(plan: Plan, names: tuple[str, ...], file: str) -> tuple[int, ...]:
    """For each tensor its offset in the plan, -1 where the engine is to place it.

    Raises:
        FormatError: No buffer of the plan is one of these tensors, or an offset is no multiple
            of 16 or beyond 31 bits.
    """
    placed: Mapping[str, int] = plan.offsets or {}
    offsets = tuple(placed.get(name, PLANNED_LATER) for name in names)
    if all(offset == PLANNED_LATER for offset in offsets):
        raise FormatError(f"{quoted(file)}: the plan places no tensor of this model")
    for name, offset in zip(names, offsets, strict=True):
        if offset != PLANNED_LATER and (offset % OFFLINE_ALIGNMENT or offset > _MOST):
            raise FormatError(
                f"{quoted(file)}: {quoted(name)} lies at {offset:,}, and offsets in a model are "
                f"multiples of {OFFLINE_ALIGNMENT} below {format_bytes(_MOST + 1)}; "
                f"plan with --alignment {OFFLINE_ALIGNMENT}"
            )
    return offsets


def _check_alone(model: Table, file: str) -> None:
    if len(model.tables(ModelField.SUBGRAPHS)) != 1:
        raise FormatError(
            f"{quoted(file)} has several subgraphs, and an offline plan is one list of offsets "
            "for the tensors of one; plan them at run time"
        )
    if model.fields > len(ModelField):
        raise FormatError(f"{quoted(file)} is of a newer schema than this writer knows")
    for at in model.tables(ModelField.BUFFERS):
        if model.child(at).number(BufferField.OFFSET, "Q") > 1:
            raise FormatError(
                f"{quoted(file)} keeps content behind its FlatBuffer, at places counted from "
                "the start of the file, which a plan in front of it would move"
            )


def _numbers_in_use(model: Table, but: int | None) -> set[int]:
    """Buffers of tensors, and of metadata but for the entry at one place."""
    graph = model.child(model.tables(ModelField.SUBGRAPHS)[0])
    used = {
        graph.child(at).number(TensorField.BUFFER, "I")
        for at in graph.tables(SubgraphField.TENSORS)
    }
    entries = enumerate(model.tables(ModelField.METADATA))
    return used | {
        model.child(at).number(MetadataField.BUFFER, "I") for i, at in entries if i != but
    }


def _in_front(model: Table, plan: bytes) -> bytes:
    """The new file: a root table of its own, then all that the old one has."""
    entry = plan_entry(model)
    buffers: list[int | str] = list(model.tables(ModelField.BUFFERS))
    metadata: list[int | str] = list(model.tables(ModelField.METADATA))
    place, number = entry or (len(metadata), len(buffers))
    if number in _numbers_in_use(model, place):
        number = len(buffers)
    # Lists grow by one at their end, or have what they held in the plan's place replaced.
    buffers[number : number + 1] = ["buffer"]
    metadata[place : place + 1] = ["entry"]
    front = _Front()
    front.root(model)
    front.vector("buffers", buffers)
    front.vector("metadata", metadata)
    front.table("buffer", ["plan"])
    front.table("entry", ["name", number])
    front.octets("plan", plan)
    front.octets("name", OFFLINE + b"\0", len(OFFLINE))
    return front.joined(model.data)


class _Front:
    """What goes before the old bytes, with references that are filled in when all is placed."""

    def __init__(self) -> None:
        self.out = bytearray(b"\0\0\0\0TFL3")
        self.placed: dict[str, int] = {}
        self.references: list[tuple[int, int | str]] = [(0, "root")]

    def root(self, model: Table) -> None:
        """The root table: the old one's fields, with the new lists."""
        fields: list[int | str | None] = [None] * max(model.fields, ModelField.METADATA + 1)
        fields[1 : model.fields] = map(model.target, range(1, model.fields))
        fields[ModelField.BUFFERS] = "buffers"
        fields[ModelField.METADATA] = "metadata"
        self._vtable("root", [f is not None or i == 0 for i, f in enumerate(fields)])
        self._number(model.number(ModelField.VERSION, "I"))
        for target in fields[1:]:
            if target is not None:
                self._refer(target)

    def table(self, label: str, fields: list[str | int]) -> None:
        """A table of references (by label) and of 32-bit numbers."""
        self._vtable(label, [True] * len(fields))
        for value in fields:
            if isinstance(value, str):
                self._refer(value)
            else:
                self._number(value)

    def vector(self, label: str, targets: list[int | str]) -> None:
        """A vector of references: by label, or to an old place."""
        self._align(4)
        self.placed[label] = len(self.out)
        self._number(len(targets))
        for target in targets:
            self._refer(target)

    def octets(self, label: str, content: bytes, length: int | None = None) -> None:
        """A vector of bytes, aligned as the engine wants a model's data."""
        self._align(OFFLINE_ALIGNMENT, 4)
        self.placed[label] = len(self.out)
        self._number(len(content) if length is None else length)
        self.out += content

    def joined(self, old: bytes) -> bytes:
        """These bytes and the old ones, every reference filled in."""
        self._align(OFFLINE_ALIGNMENT)
        for place, target in self.references:
            there = self.placed[target] if isinstance(target, str) else target + len(self.out)
            struct.pack_into("<I", self.out, place, there - place)
        return bytes(self.out) + old

    def _vtable(self, label: str, present: list[bool]) -> None:
        """A vtable, the table right behind it: its fields are 4 bytes each, in order."""
        self._align(4)
        distances = [4 * sum(present[: i + 1]) if there else 0 for i, there in enumerate(present)]
        size = 4 + 2 * len(present)
        begin = len(self.out)
        self.out += struct.pack(f"<{2 + len(present)}H", size, 4 + 4 * sum(present), *distances)
        self._align(4)
        self.placed[label] = len(self.out)
        self.out += struct.pack("<i", len(self.out) - begin)

    def _refer(self, target: int | str) -> None:
        self.references.append((len(self.out), target))
        self._number(0)

    def _number(self, value: int) -> None:
        self.out += struct.pack("<I", value)

    def _align(self, alignment: int, before: int = 0) -> None:
        """Pad so that what comes after the next `before` bytes is aligned."""
        end = len(self.out) + before
        self.out += bytes(align_up(end, alignment) - end)
