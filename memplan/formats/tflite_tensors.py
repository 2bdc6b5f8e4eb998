"""What a TensorFlow Lite file's tensors are, and how much of it may be taken out.

Parts of a FlatBuffer can be shared: a small file may refer to one tensor, one name or one list
a million times. So everything that is taken out is counted, against what the file could hold
if nothing were shared.
"""

from __future__ import annotations

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.flatbuffer import Table
from memplan.formats.limits import MAX_RANK
from memplan.formats.tflite_tables import DTYPES, BufferField, ModelField, TensorField
from memplan.net import Blob, RoleRule

__all__ = ["Parts"]

_MOST_UNITS = 2**23  # each about as much memory as an element of a tuple


class Parts:
    """The buffers of one model, the names given so far, and what may still be taken out."""

    def __init__(self, model: Table, file: str) -> None:
        self.model = model
        self.file = file
        self.buffers = model.tables(ModelField.BUFFERS)
        self.taken: set[str] = set()
        # On the wire an element takes 4 bytes or a letter; only shared parts are worth more.
        self.budget = min(_MOST_UNITS, 2**16 + 2 * len(model.data))

    def take(self, units: int) -> None:
        """Count what is taken out: elements of lists, letters, and more for a tensor or an op.

        Raises:
            TooLarge: It is more than the file could hold.
        """
        self.budget -= units
        if self.budget < 0:
            raise TooLarge(
                f"{quoted(self.file)} refers to its parts so often that it would not fit into "
                "memory, or it holds more than is read; open a part of the model"
            )

    def text(self, table: Table, number: int) -> str:
        """A string; bytes that are not UTF-8 are written as their codes."""
        self.take(table.length(number, 1))
        return table.octets(number).decode("utf-8", "backslashreplace")

    def blob(self, tensor: Table, subgraph: int, number: int) -> Blob:
        """What the file says of the tensor with a number in a subgraph."""
        dtype = DTYPES.get(tensor.number(TensorField.TYPE, "b"))
        dims = tensor.numbers(TensorField.SHAPE)
        name = self._free_name(tensor, subgraph, number)
        self.take(len(dims))
        if len(dims) > MAX_RANK or any(dim < -1 for dim in dims):
            raise FormatError(
                f"{quoted(self.file)}: {quoted(name)} has more than {MAX_RANK} dims or a "
                "negative one; the file is damaged"
            )
        shape = tuple(None if dim == -1 else dim for dim in dims)
        variable = bool(tensor.number(TensorField.IS_VARIABLE, "?"))
        return Blob(
            name,
            # Without a type nothing tells the size, and a rank alone is of no use.
            shape=None if dtype is None else shape,
            dtype=dtype,
            rule=RoleRule.VARIABLE if variable else None,
            initialized=not variable and self._has_content(tensor, name),
        )

    def _has_content(self, tensor: Table, name: str) -> bool:
        number = tensor.number(TensorField.BUFFER, "I")
        if number == 0:  # by agreement the buffer of those that have none
            return tensor.number(TensorField.EXTERNAL_BUFFER, "I") > 0
        if number >= len(self.buffers):
            if not self.buffers:
                return False
            raise FormatError(
                f"{quoted(self.file)}: {quoted(name)} has buffer {number}, but there are "
                f"{len(self.buffers)}; the file is damaged"
            )
        buffer = self.model.child(self.buffers[number])
        behind = buffer.number(BufferField.OFFSET, "Q") > 1
        return behind or buffer.length(BufferField.DATA, 1) > 0

    def _free_name(self, tensor: Table, subgraph: int, number: int) -> str:
        """A name that no tensor of any subgraph has: its own where it is free."""
        name = self.text(tensor, TensorField.NAME)
        if not name or name in self.taken:
            name = f"{name or 'tensor'}#{number}"
        if name in self.taken:
            name = f"{name}@{subgraph}"
        while name in self.taken:
            self.take(len(name))
            name += "'"
        self.taken.add(name)
        return name
