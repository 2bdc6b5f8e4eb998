"""Decisions in sentences, each reason among them."""

from explain.small_nets import chain, net_of

from memplan.plan import Reason, Rejection
from memplan.study import Settings, study
from memplan.views.decisions import decision_sentence, rejection_text


def test_a_recycler_s_decision_tells_whose_memory_was_taken_and_whose_not():
    made = study(chain("data a b c out"), Settings("caffe2_simple"))
    told = [decision_sentence(d, made) for d in made.decisions]
    assert told[0] == "Decided 1st of 4, at op 0: memory of its own, for nothing was free."
    assert told[2] == (
        "Decided 3rd of 4, at op 2: it takes over the memory of 'a'; "
        "not that of 'b' (the op does not work in place)."
    )
    assert told[3].endswith("memory of its own, for it is static: it keeps its own.")


def test_what_is_alive_is_told_with_its_last_reader():
    net = net_of(
        ("Made", "data", "a"),
        ("Made", "a", "b"),
        ("Made", "b", "c"),
        ("Both", "a c", "d"),
        ("Made", "d", "out"),
    )
    made = study(net, Settings("caffe2_simple"))
    c = made.decisions.about("c")
    assert c is not None
    assert "'a' (op 3 still reads it)" in decision_sentence(c, made)


def test_every_reason_is_told_in_words():
    for reason in Reason:
        for rejection in (
            Rejection(None, None, reason),
            Rejection(None, None, reason, "a\n", 3, "b"),
            Rejection(None, 8, reason, "a", 9),
            Rejection(0, 8, reason),
        ):
            text = rejection_text(rejection, 9)
            assert text.isprintable()
            assert not text.endswith(".")
    taken = Rejection(None, None, Reason.TAKEN, "a", 4, "b")
    assert rejection_text(taken, 9) == "'a' ('b' has its memory until op 3)"
