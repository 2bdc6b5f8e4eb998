"""Scratch as CSV: rows of op and bytes, and a sentence for all else."""

import pytest

from memplan.errors import FormatError, InvalidNet, MemplanError
from memplan.formats import scratch_rows
from memplan.liveness import problem_from
from memplan.net import Net, Op
from memplan.plan import BufferKind, LiveRange, ScratchRequest

NET = Net("net", (Op("A", ("x",), ("y",)), Op("B", ("y",), ("z",))), inputs=("x",), outputs=("z",))


@pytest.mark.parametrize(
    "data",
    [b"op,bytes\n0,40\n1,8\n", b"0,40\r\n1,8", b"\xef\xbb\xbf 0 , 40 \n\n1,8\n", b'"0","40"\n1,8'],
)
def test_rows(data):
    assert scratch_rows(data) == (ScratchRequest(0, 40), ScratchRequest(1, 8))


def test_an_empty_file_asks_for_nothing():
    assert scratch_rows(b"") == scratch_rows(b"op,bytes\n") == ()


@pytest.mark.parametrize(
    "row",
    [b"1", b"1,2,3", b"x,2", b"1,-2", b"1,2.5", b"1,", b"1," + b"9" * 19, "1,²".encode(), b"\xff"],
)
def test_a_row_that_is_none_is_named(row):
    with pytest.raises(FormatError) as caught:
        scratch_rows(b"op,bytes\n" + row, "a.csv")
    assert "'a.csv'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "line 2" in str(caught.value) or row == b"\xff"


def test_a_field_beyond_what_csv_reads():
    with pytest.raises(FormatError):
        scratch_rows(b"0," + b"1" * 200_000)


def test_requests_become_buffers_after_all_others():
    asked = (ScratchRequest(1, 8), ScratchRequest(1, 4))
    *others, first, second = problem_from(NET, scratch=asked).buffers
    assert [b.name for b in others] == ["x", "y", "z"]
    assert (first.kind, first.live, first.size) == (BufferKind.SCRATCH, LiveRange(1, 2), 8)
    assert second.size == 4
    assert first.name != second.name


def test_an_op_that_is_not_there():
    with pytest.raises(InvalidNet, match="op 2, but the net has 2 ops"):
        problem_from(NET, scratch=(ScratchRequest(2, 8),))
    with pytest.raises(MemplanError):
        ScratchRequest(-1, 8)
