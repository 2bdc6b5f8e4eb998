"""What is known of one name of a net: dims, element type, bytes, and what it is to the net."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

__all__ = ["Blob", "DType", "Dim", "Role", "RoleRule", "Shape"]

Dim = int | str | None
Shape = tuple[Dim, ...] | None


class DType(Enum):
    """An element type, with the bits that one element takes (None: no fixed size)."""

    FLOAT32 = ("float32", 32)
    FLOAT64 = ("float64", 64)
    FLOAT16 = ("float16", 16)
    INT8 = ("int8", 8)
    INT16 = ("int16", 16)
    INT32 = ("int32", 32)
    INT64 = ("int64", 64)
    UINT8 = ("uint8", 8)
    UINT16 = ("uint16", 16)
    UINT32 = ("uint32", 32)
    UINT64 = ("uint64", 64)
    BOOL = ("bool", 8)
    STRING = ("string", None)
    BFLOAT16 = ("bfloat16", 16)
    FLOAT8 = ("float8", 8)
    FLOAT4 = ("float4", 4)
    INT4 = ("int4", 4)
    UINT4 = ("uint4", 4)
    INT2 = ("int2", 2)
    UINT2 = ("uint2", 2)
    COMPLEX64 = ("complex64", 64)
    COMPLEX128 = ("complex128", 128)

    def __init__(self, label: str, bits: int | None) -> None:
        self.label = label
        self.bits = bits


class Role(StrEnum):
    """What a blob is to the net, which decides how its memory is counted."""

    INPUT = "input"
    WEIGHT = "weight"
    ACTIVATION = "activation"
    OUTPUT = "output"
    STATE = "state"


class RoleRule(StrEnum):
    """The rule by which a blob got its role, in the words that a person is shown."""

    USER = "set by the user"
    FILLED = "filled by the init net"
    DUMMY = "filled with a dummy by the init net, but read as data"
    DESCRIBED = "listed in value_info"
    PARAMETER = "every reader takes it at a parameter position"
    EXTERNAL = "made by no op, and not every reader takes it as a parameter"
    UNREAD = "an external input that no op reads"
    DECLARED_OUTPUT = "an external output"
    STORED = "its content is in the file"
    CONSTANT = "made from constants alone, once, before any run"
    VARIABLE = "kept from run to run, as the file says"
    LAST = "never read, in a net that declares no outputs"
    MADE = "made and used inside the net"


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of one name of a net.

    Attributes:
        name: As in the file.
        shape: Dims after the last write; None where the rank is unknown.
        dtype: None where it is unknown.
        role: None until `roles.assign_roles` has decided.
        rule: Why it has that role.
        initialized: Its content comes with the file (an init net fills it).
        values: The content itself, flat, for small integer blobs (a Reshape's target).
        largest: Bytes of the largest write, where the last one is smaller.
        unknown: Why its size is unknown, and who can supply it: one sentence.
        offset: Where in the arena the file itself says that it lies: a plan made beforehand.
    """

    name: str
    shape: Shape = None
    dtype: DType | None = None
    role: Role | None = None
    rule: RoleRule | None = None
    initialized: bool = False
    values: tuple[int, ...] | None = None
    largest: int | None = None
    unknown: str | None = None
    offset: int | None = None

    @property
    def elements(self) -> int | None:
        """The number of elements; None unless every dim is a number."""
        if self.shape is None:
            return None
        count = 1
        for dim in self.shape:
            if not isinstance(dim, int):
                return None
            count *= dim
        return count

    @property
    def nbytes(self) -> int | None:
        """Bytes that the blob needs: of its largest write; None where that is unknown."""
        count = self.elements
        if count is None or self.dtype is None or self.dtype.bits is None:
            return None
        # Types of under eight bits pack into whole bytes.
        return max(-(-count * self.dtype.bits // 8), self.largest or 0)

    def with_role(self, role: Role, rule: RoleRule) -> Blob:
        """The same blob in another role (called once a blob: `dataclasses.replace` is slow)."""
        known = (self.shape, self.dtype, role, rule, self.initialized, self.values)
        return Blob(self.name, *known, self.largest, self.unknown, self.offset)
