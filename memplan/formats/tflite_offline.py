"""The plan that a TensorFlow Lite model carries in its metadata, as TensorFlow Lite Micro reads it.

The entry ``OfflineMemoryAllocation`` names a buffer of 32-bit numbers: a version, a subgraph,
the number of tensors, then for each tensor its offset in the arena, -1 where it is planned at
run time. Writers do not agree on the first two (0 and 1 in files of Vela, which have one
subgraph), and TensorFlow Lite Micro looks at neither, so the tensors are told by their number.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from memplan.errors import FormatError, quoted
from memplan.formats.flatbuffer import BrokenBuffer, Table
from memplan.formats.tflite_tables import BufferField, MetadataField, ModelField

__all__ = ["OFFLINE", "PLANNED_LATER", "offline_bytes", "offsets_in", "plan_entry"]

OFFLINE = b"OfflineMemoryAllocation"
PLANNED_LATER = -1
_HEAD = 3


def offsets_in(model: Table, file: str, counts: tuple[int, int]) -> tuple[int, ...] | None:
    """The offsets of the first subgraph's tensors; None where the file carries no plan.

    Args:
        model: The root table.
        counts: The number of tensors of the first subgraph, and of all subgraphs: a plan is
            of the one or of the other.

    Raises:
        FormatError: The plan is of another number of tensors, or cut short.
        BrokenBuffer: An offset leads out of the file.
    """
    found = plan_entry(model)
    if found is None:
        return None
    _, number = found
    buffers = model.tables(ModelField.BUFFERS)
    if number >= len(buffers):
        raise BrokenBuffer(f"the offline plan lies in buffer {number} of {len(buffers)}")
    data = model.child(buffers[number]).octets(BufferField.DATA)
    numbers = struct.unpack_from(f"<{len(data) // 4}i", data)
    planned = numbers[2] if len(numbers) >= _HEAD else -1
    if planned not in counts or len(numbers) < _HEAD + planned:
        raise FormatError(
            f"{quoted(file)}: the offline plan in the metadata is of {max(planned, 0):,} tensors, "
            f"but the model has {counts[0]:,}; take the entry {OFFLINE.decode()} out of it"
        )
    return numbers[_HEAD : _HEAD + min(planned, counts[0])]


def plan_entry(model: Table) -> tuple[int, int] | None:
    """The last entry of the plan in the metadata: its place there, and its buffer."""
    found = None
    for place, at in enumerate(model.tables(ModelField.METADATA)):
        entry = model.child(at)
        # Compared by length first: a name may be as long as the file.
        if entry.length(MetadataField.NAME, 1) == len(OFFLINE) and (
            entry.octets(MetadataField.NAME) == OFFLINE
        ):
            found = place, entry.number(MetadataField.BUFFER, "I")
    return found


def offline_bytes(offsets: Sequence[int]) -> bytes:
    """The buffer's content for a model of one subgraph."""
    return struct.pack(f"<{_HEAD + len(offsets)}i", 1, 0, len(offsets), *offsets)
