"""`python -m memplan pack`: what it answers, and with which status."""

import json
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.capacity import Status, pack
from memplan.cli import main
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners import PLANNERS, PackerEntry

ROWS = ("id,lower,upper,size", "a,0,2,4", "b,1,3,3", "c,2,4,4", "d,0,1,3", "e,3,4,3")


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "five.csv"
    path.write_text("\n".join(ROWS) + "\n")
    return path


def answer(capsys, *arguments) -> tuple[int, dict[str, object]]:
    status = main(["pack", *map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_without_a_capacity_it_minimises(csv, capsys) -> None:
    status, told = answer(capsys, csv)
    assert status == 0
    assert list(told) == [
        "status", "height", "lower_bound", "proven", "seconds", "nodes", "offsets",
        "infeasible_subset",
    ]  # fmt: skip
    assert (told["status"], told["height"], told["proven"]) == ("fits", 7, True)
    assert set(told["offsets"]) == set("abcde")
    assert told["infeasible_subset"] == []


def test_what_cannot_fit_is_refused_with_buffers_that_alone_cannot(csv, capsys) -> None:
    status, told = answer(capsys, csv, "--capacity", 6)
    assert (status, told["status"], told["offsets"]) == (1, "proven_infeasible", {})
    assert told["lower_bound"] == 7
    assert len(told["infeasible_subset"]) == 2


def test_what_no_search_decided_is_unknown(csv, capsys) -> None:
    status, told = answer(capsys, csv, "--capacity", "7", "--planner", "naive")
    assert (status, told["status"], told["height"], told["lower_bound"]) == (3, "unknown", 17, 7)
    assert main(["pack", str(csv), "--capacity", "7", "--planner", "naive"]) == 3
    assert "Not known whether it fits in 7 B" in capsys.readouterr().out


def test_in_words_and_as_a_file(csv, capsys, tmp_path) -> None:
    out = tmp_path / "plan.csv"
    assert main(["pack", str(csv), "--capacity", "1KiB", "--out", str(out)]) == 0
    assert "Fits in 1,024 B. Proven: no plan is lower." in capsys.readouterr().out
    heading, *rows = out.read_text().splitlines()
    assert "offset" in heading.split(",")
    assert len(rows) == 5
    assert main(["plan", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["peak_bytes"] == 7
    assert main(["pack", str(csv), "--capacity", "6"]) == 1
    text = " ".join(capsys.readouterr().out.split())
    assert "Does not fit in 6 B, proven." in text
    assert "These 2 alone do not fit, and all of them it takes" in text


def test_bad_input_is_one_sentence_and_status_2(csv, capsys, tmp_path) -> None:
    net = "sample_nets/lenet/predict_net.pbtxt"
    for arguments in ([net], [tmp_path / "none.csv"], [csv, "--out", csv], [csv, "--nodes", 0]):
        assert main(["pack", *map(str, arguments)]) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(1, 20)), min_size=1, max_size=6
    ),
    capacity=st.integers(1, 60),
)
@settings(max_examples=120, deadline=None)
def test_every_answer_holds_against_brute_force(rows, capacity) -> None:
    buffers = tuple(
        Buffer(f"b{n}", LiveRange(begin, begin + life), size)
        for n, (begin, life, size) in enumerate(rows)
    )
    entry = PLANNERS["optimal"]
    assert isinstance(entry, PackerEntry)
    found = pack(Problem(buffers), entry, capacity)
    best = optimum(buffers)
    assert found.status is (Status.FITS if best <= capacity else Status.INFEASIBLE)
    if found.status is Status.INFEASIBLE:
        assert found.subset.minimal
        alone = [b for b in buffers if b.name in found.subset.names]
        assert optimum(alone) > capacity
        for left_out in alone:
            assert optimum([b for b in alone if b is not left_out]) <= capacity


def optimum(buffers) -> int:
    return min((first_fit(order) for order in permutations(buffers)), default=0)


def first_fit(order) -> int:
    placed: list[tuple[Buffer, int]] = []
    for buffer in order:
        rivals = [(o, o + (b.size or 0)) for b, o in placed if b.live.meets(buffer.live)]
        size = buffer.size or 0
        starts = sorted({0, *(top for _, top in rivals)})
        free = (s for s in starts if all(s + size <= lo or s >= hi for lo, hi in rivals))
        placed.append((buffer, next(free)))
    return max((offset + (b.size or 0) for b, offset in placed), default=0)
