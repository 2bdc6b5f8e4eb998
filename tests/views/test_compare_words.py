"""Which plan wins and why, and the tables: what they say, to the word."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from memplan.study import Settings
from memplan.views.compare import Comparison, mate_changes, pairs
from memplan.views.compare_tables import MATES, figure_table, mate_table, move_table
from memplan.views.compare_words import notes, reasons, selected_sentence, verdict, warnings
from tests.views.made_studies import chain, floats, hostile, small, studied
from tests.views.test_compare import sample


def resnet() -> Comparison:
    return Comparison(sample("resnet50", planner="safe"), sample("resnet50"))


def broken(side: str) -> Comparison:
    safe, unsafe = sample("in_place", planner="safe"), sample("in_place", planner="caffe2_simple")
    return Comparison(unsafe, safe) if side == "A" else Comparison(safe, unsafe)


def test_who_is_better_and_why():
    both = resnet()
    assert verdict(both) == "B needs 1.3 MiB less than A (16%): 6.9 MiB instead of 8.2 MiB."
    where, a, b = reasons(both)
    assert where.startswith("In both most is alive at op 12, 'Conv': 6.9 MiB in 3 blobs (")
    assert "5 slots" in a
    assert "1,408,928 B (1.3 MiB) larger" in a
    assert b == "The arena of B (Greedy by size) is no larger, so no plan has a lower peak."
    assert warnings(both) == notes(both) == ()
    swapped = Comparison(both.b, both.a)
    assert verdict(swapped) == "A needs 1.3 MiB less than B (16%): 6.9 MiB instead of 8.2 MiB."


def test_the_same_is_called_the_same():
    made = sample("lenet")
    assert verdict(Comparison(made, made)) == "A and B need the same, 57,600 B (56.2 KiB)."


@pytest.mark.parametrize("side", ["A", "B"])
def test_an_unsafe_plan_never_wins(side):
    both = broken(side)
    other = "B" if side == "A" else "A"
    assert verdict(both).startswith(f"{other} is the one to use: the plan of {side} is unsafe")
    (warning,) = warnings(both)
    assert warning.startswith(f"{side} is unsafe, not to be used: 'conv1' and 'conv2'")
    assert any("its plan is unsafe" in reason for reason in reasons(both))
    table = figure_table(both)
    assert table.loc["Peak", "difference"] == "not to be compared: unsafe"
    assert table.loc["Safe", side] == "no: unsafe"
    assert table.loc["Safe", other] == "yes"


def test_two_unsafe_plans_are_both_refused():
    unsafe = sample("in_place", planner="caffe2_simple")
    assert verdict(Comparison(unsafe, unsafe)).startswith("Neither is to be used")


def test_a_net_made_by_an_unsafe_recycler_is_said_to_compute_something_else():
    both = replace(resnet(), broken="op 5 reads another blob")
    assert warnings(both) == ("B's net does not compute what A's does: op 5 reads another blob.",)


def test_unknown_sizes_are_told():
    both = Comparison(small(Settings("naive")), small())
    assert verdict(both).startswith("As far as sizes are known: B needs ")
    assert notes(both)[0] == "In A 1 blob has no known size: its figures leave them out."
    assert figure_table(both).loc["Sizes unknown", "A"] == "1"


def test_nets_of_other_length_are_said_to_be_aligned_by_index():
    (note,) = notes(Comparison(chain(5), chain(7)))
    assert note.startswith("A has 5 ops and B 7.")
    (note,) = notes(
        Comparison(sample("inception_block", planner="safe"), sample("inception_block"))
    )
    assert note == "A and B run the same ops in another order: one index is not one op."


def test_an_empty_net_has_figures_and_a_verdict():
    empty = studied((), (), inputs=())
    both = Comparison(empty, empty)
    assert verdict(both) == "A and B need the same, 0 B."
    assert reasons(both)[0] == "In both no blob of known size is planned."
    assert figure_table(both).loc["Saved", "A"] == "0 B"
    assert len(move_table(pairs(both))) == 0
    assert len(mate_table(mate_changes(both, pairs(both)))) == 0


def test_a_net_of_no_ops_has_a_verdict_too():
    both = Comparison(chain(0), chain(0))
    assert verdict(both) == "A and B need the same, 64 B."
    assert reasons(both)[0] == "In both most is alive at op 0: 64 B in 1 blob ('data')."


def test_figures_are_subtracted():
    table = figure_table(resnet())
    assert list(table.loc["Peak"]) == [
        "8.2 MiB",
        "6.9 MiB",
        "B needs 1,408,928 B (1.3 MiB) less (16%)",
    ]
    assert table.loc["Lower bound", "difference"] == "the same"
    assert table.loc["Saved", "difference"] == "B saves 1,408,928 B (1.3 MiB) more"
    assert list(table.loc["Slots"]) == ["5", "none: offsets", ""]
    assert list(table.loc["Proven the best"]) == ["no", "yes", ""]


def test_a_capacity_is_measured_against():
    limited = Settings("safe", capacity=8_000_000), Settings(capacity=8_000_000)
    a, b = (sample("resnet50", planner=s.planner, capacity=s.capacity) for s in limited)
    assert list(figure_table(Comparison(a, b)).loc["Fits in 7.6 MiB"]) == ["no", "yes", ""]


def test_the_table_of_moves_adds_up():
    both = resnet()
    table = move_table(pairs(both))
    assert len(table) == len(both.a.problem.buffers)
    assert (table["offset in B"] - table["offset in A"] == table["moved by"]).all()
    assert "bytes in B" not in table
    other = move_table(pairs(Comparison(chain(3), chain(5))))
    assert other["bytes"].notna().all(), "also of what only B has"


def test_other_sizes_have_a_column_of_their_own():
    def net(size: int) -> object:
        from memplan.net import Op

        return studied(
            (Op("Relu", ("data",), ("out",)),),
            (floats("data", 1, size), floats("out", 1, size)),
            outputs=("out",),
        )

    table = move_table(pairs(Comparison(net(4), net(8))))
    assert list(table["bytes"]) == [16, 16]
    assert list(table["bytes in B"]) == [32, 32]


def test_many_mates_are_counted_not_listed():
    both = Comparison(chain(300), chain(300))
    (change, *_) = mate_changes(Comparison(_naive(300), both.b), pairs(both))
    many = replace(change, gained=tuple(f"m{i}" for i in range(MATES + 4)))
    cell = mate_table([many])["gained in B"][0]
    assert cell.endswith("m5 and 4 more")


def _naive(length: int):
    from memplan.study import study

    return study(chain(length).net, Settings("naive"))


def test_names_are_on_one_line_wherever_they_come():
    both = Comparison(hostile(), hostile())
    said = [verdict(both), *reasons(both), *map(selected_sentence, pairs(both))]
    assert all("\n" not in sentence and "\0" not in sentence for sentence in said)


def test_where_a_blob_lies_in_both():
    both = resnet()
    by_name = {pair.blob: pair for pair in pairs(both)}
    assert selected_sentence(by_name["data"]) == (
        "'data': in A at offset 0 (588.0 KiB); in B at offset 3,211,264 (588.0 KiB): "
        "3,211,264 B (3.1 MiB) further up."
    )
    (alone,) = [p for p in pairs(Comparison(chain(2), chain(1))) if p.blob == "b1"]
    assert "B has no such blob" in selected_sentence(alone)


def test_cells_sort_as_numbers():
    table = move_table(pairs(Comparison(small(), small(Settings("naive")))))
    assert table["moved by"].dtype == pd.Int64Dtype()
    assert table["moved by"].isna().any(), "what has no place moved by nothing that is known"
