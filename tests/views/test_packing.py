import json
import struct

import numpy as np
import pytest

from memplan.views.packing import pack, text_block


def unpacked(packed):
    """What the browser reads."""
    (length,) = struct.unpack_from("<I", packed)
    head = json.loads(packed[4 : 4 + length])
    place = 4 + length
    columns = {}
    for name, dtype, count in head.pop("columns"):
        assert place % 8 == 0
        columns[name] = np.frombuffer(packed, f"<{dtype}", count, place)
        place += -(-columns[name].nbytes // 8) * 8
    assert place == len(packed)
    return head, columns


def test_what_is_packed_is_read_again():
    columns = {
        "bytes": np.array([1, 2, 255], "u1"),
        "none": np.array([], "f4"),
        "far": np.array([2.0**52, -1.0], "f8"),
        "steps": np.array([-1, 7, 2**31 - 1], "i4"),
    }
    head, found = unpacked(pack({"title": "é \u202e"}, columns))
    assert head == {"title": "é \u202e"}
    assert list(found) == list(columns)
    for name, column in columns.items():
        assert found[name].dtype == column.dtype
        assert found[name].tolist() == column.tolist()


def test_big_endian_numbers_are_turned():
    _, found = unpacked(pack({}, {"n": np.array([1, 256], ">i4")}))
    assert found["n"].tolist() == [1, 256]


@pytest.mark.parametrize("length", range(9))
def test_a_block_ends_where_numbers_may_begin(length):
    block = text_block({"t": "x" * length})
    assert len(block) % 8 == 0
    assert json.loads(block[4:]) == {"t": "x" * length}
