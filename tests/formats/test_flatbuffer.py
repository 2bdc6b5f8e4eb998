"""The checked FlatBuffer reader: reads what is there, and nothing that is not."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tflite_builder import flat

from memplan.formats.flatbuffer import BrokenBuffer, root_of

FIELDS = {
    0: ("i", -5),
    1: "name",
    2: [1, 2, 3],
    4: {0: ("B", 200), 3: ("f", 0.5)},
    6: [{0: ("I", 7)}, {}, {0: ("I", 9)}],
    7: b"\1\2",
    9: ("?", 1),
}


def test_every_kind_of_value():
    root = root_of(flat(FIELDS))
    assert root.number(0, "i") == -5
    assert root.octets(1) == b"name"
    assert root.numbers(2) == (1, 2, 3)
    inner = root.table(4)
    assert inner is not None
    assert (inner.number(0, "B"), inner.real(3)) == (200, 0.5)
    assert [root.child(at).number(0, "I", 1) for at in root.tables(6)] == [7, 1, 9]
    assert (root.octets(7), root.length(7, 1)) == (b"\1\2", 2)
    assert root.number(9, "?") == 1


def test_what_is_left_out_has_its_default():
    root = root_of(flat(FIELDS))
    for missing in (3, 5, 8, 10, 30000):
        assert root.place(missing) is None
        assert root.number(missing, "i", 4) == 4
        assert root.real(missing, 0.25) == 0.25
        assert root.table(missing) is None
        assert (root.numbers(missing), root.tables(missing), root.octets(missing)) == ((), (), b"")


def everything(data):
    """Read all that the schema of FIELDS has, whatever the bytes are."""
    root = root_of(data)
    inner = root.table(4)
    if inner is not None:
        inner.number(0, "B"), inner.real(3)
    for at in root.tables(6)[:100]:
        root.child(at).number(0, "I")
    return root.number(0, "i"), root.octets(1), root.numbers(2), root.octets(7), root.number(9, "?")


@given(place=st.integers(0, 200), value=st.binary(min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_damage_is_told_and_nothing_else_happens(place, value):
    data = bytearray(flat(FIELDS))
    place %= len(data)
    data[place : place + len(value)] = value
    with suppress(BrokenBuffer):
        everything(bytes(data))


@pytest.mark.parametrize("length", range(0, 120, 3))
def test_a_file_that_is_cut(length):
    data = flat(FIELDS)[:length]
    with pytest.raises(BrokenBuffer):
        everything(data)


def test_a_negative_place_is_not_counted_from_the_end():
    # A table at 4 whose vtable would begin at -4: Python alone would read the file's end.
    data = struct.pack("<Iii", 4, 8, 0) + bytes(32)
    with pytest.raises(BrokenBuffer, match=r"\[-4, -2\)"):
        root_of(data)


def test_a_vector_longer_than_the_file():
    data = flat({0: [1, 2, 3]})
    place = data.index(struct.pack("<iiii", 3, 1, 2, 3))
    broken = data[:place] + struct.pack("<I", 2**32 - 1) + data[place + 4 :]
    with pytest.raises(BrokenBuffer, match="17,179,869,"):
        root_of(broken).numbers(0)
