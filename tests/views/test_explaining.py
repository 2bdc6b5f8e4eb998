"""Answers in plain sentences, of one line, whatever the names."""

from explain.small_nets import chain, net_of

from memplan.explain import Change, at_peak, differences, price, what_if, why, why_not
from memplan.planners import PLANNERS
from memplan.study import Settings, study
from memplan.views.explaining import (
    difference_sentences,
    peak_lines,
    price_sentence,
    versus_sentence,
    why_sentences,
)
from memplan.wishes import Wishes

ROWS = [("Made", "data", "a"), ("Made", "a", "l"), ("Made", "a", "r"), ("Made", "l", "l2"),
        ("Made", "r", "r2"), ("Both", "l2 r2", "out")]  # fmt: skip


def test_two_blobs_in_words():
    made = study(net_of(*ROWS))
    assert versus_sentence(why_not(made, "l", "r"), made) == (
        "'l' and 'r' cannot share memory: both are alive at op 2 (Made), in all in [2, 4); "
        "op 3 (Made) is the last to need the first."
    )
    dag = study(net_of(*ROWS, type="dag"), Settings("safe_parallel"))
    assert versus_sentence(why_not(dag, "l", "r2"), dag) == (
        "'l' and 'r2' cannot share memory: nothing makes op 4, which writes 'r2', wait for op 3, "
        "which uses 'l'; it would be safe if a dependency let op 4 wait for op 3."
    )


def test_what_it_costs_is_told():
    made = study(chain("data a b c d out", sizes={"a": 64, "b": 16, "c": 64, "d": 16}))
    for a, b in (("a", "c"), ("a", "d"), ("b", "d")):
        found = why_not(made, a, b)
        text = versus_sentence(found, made)
        assert ("share memory." in text) or ("If they did, the peak would" in text)


def test_a_blob_in_words_for_every_planner():
    net = net_of(*ROWS)
    for planner, entry in PLANNERS.items():
        if getattr(entry, "needs_plan", False):
            continue
        made = study(net, Settings(planner))
        for name in net.names():
            lines = why_sentences(why(made, name), made)
            assert lines
            assert all(line.isprintable() and line.endswith(".") for line in lines), lines


def test_price_peak_and_differences_in_words():
    made = study(net_of(*ROWS, type="dag"))
    text = price_sentence(price(made))
    assert "The longest path goes from 4 to 5 ops" in text
    free = study(net_of(*ROWS), Settings("naive"))
    assert price_sentence(price(free)) == (
        "Sharing makes no op wait for one that it could run beside."
    )
    lines = peak_lines(at_peak(made))
    assert lines[0].startswith("At step ")
    moved = what_if(made, Change(Wishes(pins=(("l", 640),))))
    told = difference_sentences(differences(made, moved))
    assert told[0].startswith("The peak grows by ")
    assert any(line.startswith("The first decision that differs") for line in told)
    assert difference_sentences(differences(made, made)) == [
        f"The peak stays at {made.metrics.peak_bytes} B."
    ]
