"""What a file is, told from its bytes and never from its name.

"It parses" tells nothing: most protobuf files parse as most messages, the fields of the other
ending up as unknown ones. So the fields at the top, and those of the first op, are compared
with what each format has there, by number and wire type, and nothing is decoded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from memplan.formats.buffers_header import looks_like_buffers
from memplan.formats.kinds import Kind
from memplan.formats.limits import MAX_OPS
from memplan.formats.text import kind_of_text
from memplan.formats.wire import BYTES, VARINT, BrokenWire, fields

__all__ = ["kind_of"]

_BOM = b"\xef\xbb\xbf"
_TEXT_CONTROLS = frozenset(b"\t\n\r\f")
# More ops than are read; and what tells the kind of a message inside.
_TOP_FIELDS = MAX_OPS + 1000
_INNER_FIELDS = 1000

_MAGIC = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\x1f\x8b", Kind.COMPRESSED),
    (b"BZh", Kind.COMPRESSED),
    (b"\xfd7zXZ\0", Kind.COMPRESSED),
    (b"7z\xbc\xaf\x27\x1c", Kind.COMPRESSED),
    (b"\x28\xb5\x2f\xfd", Kind.COMPRESSED),
    (b"SQLite format 3\0", Kind.SQLITE),
    (b"\x89HDF\r\n\x1a\n", Kind.HDF5),
    (b"\x80\x02", Kind.PICKLE),
    (b"\x80\x03", Kind.PICKLE),
    (b"\x80\x04", Kind.PICKLE),
    (b"\x80\x05", Kind.PICKLE),
    (b"version https://git-lfs", Kind.LFS_POINTER),
)

# Wire types by field number.
_NETDEF = {
    1: BYTES,
    2: BYTES,
    3: BYTES,
    4: VARINT,
    5: BYTES,
    6: BYTES,
    7: BYTES,
    8: BYTES,
    9: BYTES,
}
_OPERATOR = dict.fromkeys(range(1, 9), BYTES) | {9: VARINT, 10: BYTES, 11: BYTES, 12: VARINT}


@dataclass(slots=True)
class _Outline:
    """The fields at the top of a message: how often each, and where the first lies."""

    count: Counter[tuple[int, int]] = field(default_factory=Counter)
    first: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    broken: BrokenWire | None = None

    def has(self, number: int, wire_type: int = BYTES) -> bool:
        return (number, wire_type) in self.first

    def fits(self, layout: dict[int, int]) -> bool:
        """No field has another wire type than the layout gives it."""
        return all(layout.get(number, wire) == wire for number, wire in self.first)


def kind_of(data: bytes) -> Kind:
    """Tell what `data` is.

    >>> kind_of(b"<!doctype html><title>404</title>").name, kind_of(b'op { type: "Relu" }').name
    ('HTML', 'NETDEF_TEXT')
    """
    if not data.strip():
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[4:8] == b"TFL3" and int.from_bytes(data[:4], "little") < len(data):
        return Kind.TFLITE
    # A heading tells, whatever names stand below it.
    if looks_like_buffers(data[:4096].decode("utf-8-sig", "replace")):
        return Kind.BUFFERS_CSV
    return _kind_of_text(data) if _is_text(data[:4096]) else _kind_of_wire(data)


def _is_text(head: bytes) -> bool:
    return all(byte >= 0x20 or byte in _TEXT_CONTROLS for byte in head) and 0x7F not in head


def _kind_of_text(data: bytes) -> Kind:
    head = data[:1024].removeprefix(_BOM).lstrip().lower()
    if head.startswith((b"<!doctype", b"<html")):
        return Kind.HTML
    if head.startswith(b"<?xml"):
        return Kind.XML
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Kind.TEXT_NOT_UTF8
    return Kind.JSON if text.lstrip()[:1] in ("{", "[") else kind_of_text(text)


def _outline(data: bytes, begin: int, end: int) -> _Outline:
    outline = _Outline()
    most = _INNER_FIELDS if begin else _TOP_FIELDS
    try:
        for seen, (number, wire_type, start, stop) in enumerate(fields(data, begin, end)):
            key = number, wire_type
            if key not in outline.first:
                outline.first[key] = start, stop
            outline.count[key] += 1
            if seen > most:
                break
    except BrokenWire as broken:
        outline.broken = broken
    return outline


def _kind_of_wire(data: bytes) -> Kind:
    top = _outline(data, 0, len(data))
    if not top.first or (top.broken and not top.broken.cut):
        return Kind.UNKNOWN
    if top.has(100):
        return Kind.CAFFE1
    if top.has(1, VARINT):
        return _kind_with_number_first(top)
    if _is_onnx_without_version(data, top):
        return Kind.ONNX
    if top.has(1) and _is_row_of_messages(data, top):
        inner = _outline(data, *top.first[1, BYTES])
        return Kind.TENSORS if inner.has(2, VARINT) else Kind.GRAPHDEF
    return _kind_like_netdef(data, top)


def _kind_with_number_first(top: _Outline) -> Kind:
    """Field 1 is a number: ONNX's ir_version, or the first dim of a tensor."""
    if top.has(2, VARINT):
        return Kind.TENSOR
    return Kind.ONNX if top.has(7) else Kind.UNKNOWN


def _is_onnx_without_version(data: bytes, top: _Outline) -> bool:
    """An ONNX model has one graph (7) and operator sets (8), each with its version (2)."""
    if not top.has(8) or top.count[7, BYTES] != 1:
        return False
    operator_set = _outline(data, *top.first[8, BYTES])
    return operator_set.broken is None and operator_set.has(2, VARINT)


def _is_row_of_messages(data: bytes, top: _Outline) -> bool:
    """Field 1 holds messages, as in a GraphDef or TensorProtos, and not the name of a net."""
    inner = _outline(data, *top.first[1, BYTES])
    if inner.broken or not inner.first:
        return False
    return inner.has(2, VARINT) or (inner.has(1) and inner.has(2))


def _kind_like_netdef(data: bytes, top: _Outline) -> Kind:
    if not top.fits(_NETDEF) or not any(top.has(number) for number in (1, 2, 7, 8)):
        return Kind.UNKNOWN
    if top.has(2):
        kind = _kind_by_first_op(_outline(data, *top.first[2, BYTES]))
        if kind is not Kind.NETDEF:
            return kind
    elif any(number not in _NETDEF for number, _ in top.first):
        return Kind.UNKNOWN
    return Kind.TWO_NETS if top.count[1, BYTES] > 1 else Kind.NETDEF


def _kind_by_first_op(op: _Outline) -> Kind:
    if op.has(5, VARINT) and op.has(4):
        return Kind.CAFFE1  # a layer of the older form: its type is a number
    if op.has(2) and not op.has(4) and (op.has(7) or op.has(8) or op.has(4, VARINT)):
        return Kind.PLAN  # what should be an op is itself a net
    # An op that is damaged inside is told apart later, with the place.
    return Kind.NETDEF if op.broken or op.fits(_OPERATOR) else Kind.UNKNOWN
