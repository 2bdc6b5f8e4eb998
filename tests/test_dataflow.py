"""Whether two nets compute the same: each thing that can differ, alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memplan.dataflow import changed_dataflow, changed_inplace, inplace_pairs
from memplan.net import Device, Op

NET = [Op("A", ("x",), ("a",)), Op("B", ("a",), ("b",)), Op("C", ("a", "b"), ("c",))]


def test_other_names_are_no_change() -> None:
    other = [Op("A", ("x",), ("p",)), Op("B", ("p",), ("q",)), Op("C", ("p", "q"), ("p",))]
    assert changed_dataflow(NET, other) is None


@pytest.mark.parametrize(
    ("other", "where"),
    [
        ([NET[0], NET[1], Op("C", ("b", "a"), ("c",))], 2),
        ([NET[0], Op("B", ("a",), ("a",)), Op("C", ("a", "a"), ("c",))], 2),
        ([NET[0], Op("D", ("a",), ("b",)), NET[2]], 1),
        ([NET[0], replace(NET[1], device=Device("cuda", 1)), NET[2]], 1),
        ([NET[0], replace(NET[1], engine="CUDNN"), NET[2]], 1),
        (NET[:2], 2),
        ([*NET, NET[0]], 3),
    ],
)
def test_a_change_is_found_where_it_is(other: list[Op], where: int) -> None:
    assert changed_dataflow(NET, other) == where


def test_in_place() -> None:
    assert inplace_pairs(Op("A", ("a", "b"), ("b", "b"))) == [(1, 0)]
    before = [Op("A", ("x",), ("a",)), Op("B", ("a",), ("b",))]
    assert changed_inplace(before, [before[0], Op("B", ("a",), ("a",))]) == 1
    assert changed_inplace(before, [before[0], Op("C", ("a",), ("b",))]) == 1
    assert changed_inplace(before, before[:1]) is None
