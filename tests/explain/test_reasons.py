"""Each reason for which a candidate is not taken, in a small net that produces it."""

from dataclasses import replace
from pathlib import Path

from explain.small_nets import chain, net_of

from memplan.net import DType, Net
from memplan.plan import Buffer, LiveRange, Problem, Reason, Rejection, Trace
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.recycling import default_options
from memplan.study import Settings, Study, study

FORK = net_of(
    ("Made", "data", "a"),
    ("Made", "a", "l"),
    ("Made", "a", "r"),
    ("Made", "l", "l2"),
    ("Made", "r", "r2"),
    ("Made", "r2", "r3"),
    ("Both", "l2 r3", "out"),
    type="dag",
)


def asked(net: Net, planner: str, **changes: object) -> Study:
    if not changes:
        return study(net, Settings(planner))
    return study(net, Settings(planner, recycling=replace(default_options(net), **changes)))


def why_not(made: Study, blob: str) -> dict[tuple[str | None, Reason], Rejection]:
    decision = made.decisions.about(blob)
    assert decision is not None
    return {(r.candidate, r.reason): r for r in decision.rejected}


def test_still_live_until_the_last_reader() -> None:
    net = net_of(
        ("Made", "data", "a"), ("Made", "a", "b"), ("Made", "b", "c"), ("Both", "a c", "out")
    )
    for planner in ("caffe2_simple", "caffe2_dag", "caffe2_interference", "safe"):
        found = why_not(asked(net, planner), "c")
        assert found["a", Reason.LIVE].until == 4, planner


def test_on_another_device() -> None:
    net = net_of(
        ("Made", "data", "a"),
        ("CopyFromCPUInput", "a", "b"),
        ("Made", "b", "c"),
        ("Made", "c", "d"),
        ("CopyToCPUOutput", "d", "out"),
        gpu=(1, 2, 3),
    )
    for planner in ("caffe2_dag", "safe"):
        assert ("a", Reason.DEVICE) in why_not(asked(net, planner), "c"), planner


def test_another_branch_may_still_read_it() -> None:
    dag = asked(FORK, "caffe2_dag")
    assert ("l", Reason.BRANCH) in why_not(dag, "r2")
    decision = dag.decisions.about("r2")
    assert decision is not None
    assert decision.state is not None
    place = decision.state.free.index("l")
    missing = decision.state.required[place] & ~(decision.state.tokens or 0)
    assert missing, "a token of the other branch"
    assert ("l", Reason.BRANCH) in why_not(asked(FORK, "safe_parallel"), "r2")


def test_not_to_be_shared() -> None:
    net = chain("data a b c d out")
    made = asked(net, "safe", dont_share=frozenset({"a"}))
    assert (None, Reason.DONT_SHARE) in why_not(made, "a")
    assert ("a", Reason.DONT_SHARE) in why_not(made, "c")
    rows = (("Made", "data", "a"), ("Made", "data", "b"), ("Both", "a b", "c"), ("Made", "c", "d"))
    two = net_of(*rows, ("Made", "d", "out"))
    dag = asked(two, "caffe2_dag", dont_share=frozenset({"a"}))
    assert ("a", Reason.DONT_SHARE) in why_not(dag, "d")


def test_static_blobs_keep_their_own() -> None:
    for planner in ("caffe2_simple", "caffe2_dag", "caffe2_interference", "safe"):
        assert (None, Reason.STATIC) in why_not(asked(chain("data a b out"), planner), "out")


def test_never_read_so_never_free() -> None:
    net = net_of(("Made", "data", "a dead"), ("Made", "a", "b dead2"), ("Made", "b", "out"))
    for planner in ("caffe2_simple", "caffe2_dag", "caffe2_interference"):
        assert ("dead", Reason.NEVER_READ) in why_not(asked(net, planner), "dead2"), planner
    rows = [("Made", "data", "a"), ("Made", "data", "dead"), ("Made", "a", "b"), ("Made", "b", "c")]
    longer = net_of(*rows, ("Made", "c", "out"))
    assert ("dead", Reason.NEVER_READ) in why_not(asked(longer, "safe"), "c")


def test_nothing_was_free() -> None:
    for planner in ("caffe2_simple", "caffe2_dag", "caffe2_interference"):
        assert (None, Reason.POOL_EMPTY) in why_not(asked(chain("data a b out"), planner), "a")


SIZED = net_of(
    ("Made", "data", "s t z"),
    ("Made", "s t z", "x"),
    ("Made", "x", "y"),
    ("Made", "y", "out"),
    sizes={"s": 16, "t": 64, "z": 256, "x": 64, "y": 64},
)


def test_too_small_too_large_and_a_closer_fit() -> None:
    dag = why_not(asked(SIZED, "caffe2_dag_sized"), "y")
    assert ("s", Reason.TOO_SMALL) in dag
    assert ("z", Reason.TOO_LARGE) in dag
    line = why_not(asked(SIZED, "caffe2_interference"), "y")
    assert line["s", Reason.TOO_SMALL].by == "t"
    assert line["z", Reason.TOO_LARGE].by == "t"
    near = {"s": 16, "t": 32, "z": 48, "x": 64, "y": 64}
    rows = [("Made", "data", "s t z"), ("Made", "s t z", "x"), ("Made", "x", "y")]
    close = net_of(*rows, ("Made", "y", "out"), sizes=near)
    for planner in ("caffe2_dag_sized", "caffe2_interference"):
        found = why_not(asked(close, planner), "y")
        assert found["t", Reason.CLOSER_FIT].by == "z", planner


def test_taken_earlier_by_another() -> None:
    net = net_of(
        ("Made", "data", "a"),
        ("Made", "a", "b"),
        ("Made", "b", "c"),
        ("Made", "b c", "d"),
        ("Both", "c d", "out"),
    )
    for planner in ("caffe2_simple", "caffe2_dag", "caffe2_interference"):
        taken = why_not(asked(net, planner), "d")["a", Reason.TAKEN]
        assert (taken.by, taken.until) == ("c", 5), planner


def test_the_safe_planner_gave_it_to_one_that_is_born_later() -> None:
    net = net_of(
        ("Made", "data", "big"),
        ("Made", "big", "a"),
        ("Made", "a", "small"),
        ("Made", "a", "wide"),
        ("Both", "small wide", "out"),
        sizes={"big": 256, "wide": 256, "a": 16, "small": 16},
    )
    taken = why_not(asked(net, "safe"), "small")["wide", Reason.TAKEN]
    assert taken.by == "wide"


def test_holes_too_small_and_too_small_once_aligned() -> None:
    low = Buffer("low", LiveRange(0, 9), 4, offset=0)
    top = Buffer("top", LiveRange(0, 9), 4, offset=96)
    for alignment, size, reason in ((64, 48, Reason.MISALIGNED), (1, 93, Reason.HOLE_TOO_SMALL)):
        trace = Trace()
        greedy_by_size(Problem((low, top, Buffer("x", LiveRange(0, 9), size, alignment))), trace)
        found = trace.decisions[-1].rejected
        assert [(r.offset, r.size, r.reason) for r in found] == [(4, 92, reason)]


def test_the_op_does_not_work_in_place() -> None:
    softmax = net_of(("Relu", "data", "a"), ("FC", "a w v", "b"), ("Relu", "b", "out"),
                     inputs="data w v")  # fmt: skip
    for planner in ("caffe2_simple", "caffe2_dag", "safe"):
        assert ("a", Reason.IN_PLACE) in why_not(asked(softmax, planner), "b"), planner
    relu = net_of(("Relu", "data", "a"), ("Relu", "a", "b"), ("Relu", "b", "out"))
    assert why_not(asked(relu, "caffe2_simple"), "b")["a", Reason.LIVE].until == 2


def test_a_view_has_no_memory_of_its_own() -> None:
    net = net_of(
        ("Relu", "data", "a"), ("Alias", "a", "v"), ("Relu", "v", "b"), ("Relu", "b", "out")
    )
    assert (None, Reason.ALIAS) in why_not(asked(net, "safe"), "v")


def test_another_came_before_it() -> None:
    net = net_of(("Made", "data", "a b"), ("Made", "a b", "c"), ("Made", "c", "d"),
                 ("Made", "d", "out"))  # fmt: skip
    for planner in ("caffe2_simple", "caffe2_dag"):
        made = asked(net, planner)
        assert why_not(made, "d")["b", Reason.ORDER].by == "a", planner


def test_another_kind_of_content() -> None:
    net = net_of(
        ("Made", "data", "a"), ("Made", "a", "b"), ("Made", "b", "c"), ("Made", "c", "out"),
        dtypes={"a": DType.STRING},
    )  # fmt: skip
    assert ("a", Reason.CONTENT) in why_not(asked(net, "safe"), "c")


def test_the_walk_does_not_come_there() -> None:
    net = net_of(("Made", "data", "a"), ("Both", "a w", "b"), ("Made", "b", "c"),
                 ("Made", "c", "out"), inputs="data w")  # fmt: skip
    assert (None, Reason.NOT_REACHED) in why_not(asked(net, "caffe2_dag", heads=("w",)), "c")


def test_more_would_be_left_over_and_the_whole_would_cost_more() -> None:
    net = net_of(
        ("Made", "data", "a b c d"), ("Made", "a c", "e"), ("Made", "b d e", "out"),
        sizes={"data": 256, "a": 1024, "b": 256, "c": 512, "d": 256, "e": 300},
    )  # fmt: skip
    made = study(net, Settings("onnxruntime"))
    reasons = {r.reason for d in made.decisions for r in d.rejected}
    assert Reason.LEAVES_MORE in reasons
    rows = [("Made", "data", "s0"), ("Made", "s0", "a"), ("Made", "a", "s2"), ("Made", "s2", "s3")]
    rows += [("Made", "s3", "small"), ("Made", "s3", "wide"), ("Both", "small wide", "out")]
    line = net_of(*rows, sizes={"a": 40, "small": 4, "wide": 40})
    static = frozenset({"data", "s0", "s2", "s3", "out"})
    exact = asked(line, "caffe2_interference_dp", static=static)
    assert ("a", Reason.COSTS_MORE) in why_not(exact, "small")


def test_a_trace_keeps_candidates_within_bounds() -> None:
    wide = " ".join(f"x{k}" for k in range(100))
    net = net_of(("Made", "data", wide), ("Made", wide, "y"), ("Made", "y", "z"),
                 ("Made", "z", "out"))  # fmt: skip
    decision = asked(net, "caffe2_simple").decisions.about("z")
    assert decision is not None
    assert len(decision.rejected) == 64
    assert decision.omitted == 36
    assert decision.state is not None
    assert (len(decision.state.free), decision.state.more) == (64, 36)


def test_no_reason_is_left_without_a_net() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert [reason.name for reason in Reason if f"Reason.{reason.name}" not in here] == []
