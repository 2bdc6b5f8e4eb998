"""What may share memory: cases by hand, and on random nets the proof that no value changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import nets

from memplan.liveness import (
    SHARE_ALL,
    Accounting,
    Sharing,
    Storage,
    max_live,
    problem_from,
    storages,
)
from memplan.net import Blob, DType, Net, Op
from memplan.plan import BufferKind
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.study import prepare
from memplan.verify import verify
from tests.liveness.running import Numbers, apart, results, shared


def net_of(*ops: Op, inputs: tuple[str, ...] = ("data",), **blobs: object) -> Net:
    """A net of one-row float matrices: 4 columns each, or as `blobs` says (columns, or a Blob)."""
    net = Net(ops=ops, inputs=inputs, outputs=("out",))
    known = {}
    for name in net.names():
        found = blobs.get(name, 4)
        known[name] = found if isinstance(found, Blob) else Blob(name, (1, found), DType.FLOAT32)
    return net.with_blobs(known)


def groups(net: Net, sharing: Sharing = SHARE_ALL) -> set[tuple[str, ...]]:
    """The names that share, of storages of more than one."""
    return {s.names for s in storages(net, sharing) if len(s.names) > 1}


def storage_of(net: Net, name: str, sharing: Sharing = SHARE_ALL) -> Storage:
    return next(s for s in storages(net, sharing) if name in s.names)


CHAIN = net_of(
    Op("Conv", ("data",), ("a",)), Op("Relu", ("a",), ("b",)), Op("Flatten", ("b",), ("c",)),
    Op("FC", ("c",), ("out",)),
)  # fmt: skip


def test_nothing_is_shared_unless_asked_for() -> None:
    assert groups(CHAIN, Sharing()) == set()


def test_in_place_and_views_make_one_storage_of_a_chain() -> None:
    assert groups(CHAIN) == {("a", "b", "c")}
    assert groups(CHAIN, Sharing(in_place=True)) == {("a", "b")}
    assert groups(CHAIN, Sharing(views=True)) == {("b", "c")}
    only = Sharing(in_place=True, views=True, ops=frozenset({"Flatten"}))
    assert groups(CHAIN, only) == {("b", "c")}


MADE = Op("Conv", ("data",), ("a",))
OVER = Op("Relu", ("a",), ("b",))
LAST = Op("FC", ("b",), ("out",))
BOTH = Op("FC", ("b", "v"), ("out",))
INSIDE = Op("If", ("b",), ("c",), nets={"then_net": Net(ops=(Op("Copy", ("a",), ("c",)),))})

NOT_IN_PLACE = {
    "it is read later": net_of(MADE, OVER, Op("FC", ("b", "a"), ("out",))),
    "an alias is read later": net_of(MADE, Op("Alias", ("a",), ("v",)), OVER, BOTH),
    "a view is read later": net_of(MADE, Op("Flatten", ("a",), ("v",)), OVER, BOTH),
    "the op does not allow it": net_of(MADE, Op("Softmax", ("a",), ("b",)), LAST),
    "the sizes differ": net_of(MADE, OVER, LAST, b=8),
    "a nested net reads it": net_of(MADE, OVER, INSIDE, Op("FC", ("c",), ("out",))),
    "another place must stay": net_of(MADE, Op("PRelu", ("a", "a"), ("b",)), LAST),
    "it is wanted after the run": replace(net_of(MADE, OVER, LAST), outputs=("out", "a")),
}


@pytest.mark.parametrize(("reason", "net"), NOT_IN_PLACE.items())
def test_not_in_place(reason: str, net: Net) -> None:
    names = storage_of(net, "b").names
    assert "a" not in names, reason


def test_an_input_of_the_net_is_written_over_only_where_the_caller_allows_it() -> None:
    net = net_of(Op("Relu", ("data",), ("a",)), Op("FC", ("a",), ("out",)))
    assert groups(net) == set()
    assert groups(net, replace(SHARE_ALL, inputs=True)) == {("data", "a")}
    weight = net.with_blobs(
        {**net.blobs, "data": Blob("data", (1, 4), DType.FLOAT32, initialized=True)}
    )
    assert groups(prepare(weight), replace(SHARE_ALL, inputs=True)) == set()


def test_a_view_of_an_input_is_the_input_unless_it_is_written_or_handed_back() -> None:
    view = net_of(Op("Flatten", ("data",), ("a",)), Op("FC", ("a",), ("out",)))
    assert groups(view) == {("data", "a")}
    assert storage_of(view, "a").kind is BufferKind.INPUT
    back = net_of(Op("Flatten", ("data",), ("out",)))
    assert groups(back) == set()
    written = net_of(
        Op("Flatten", ("data",), ("a",)), Op("Relu", ("a",), ("a",)), Op("FC", ("a",), ("out",))
    )
    assert groups(written) == set()


def test_an_output_of_the_net_lies_apart_where_the_caller_brings_its_memory() -> None:
    net = net_of(Op("FC", ("data",), ("a",)), Op("Relu", ("a",), ("out",)))
    assert groups(net) == {("a", "out")}
    assert storage_of(net, "a").kind is BufferKind.OUTPUT
    assert groups(net, replace(SHARE_ALL, outputs=False)) == set()


def test_an_input_that_is_read_twice_is_written_over_where_both_places_allow_it() -> None:
    net = net_of(Op("Conv", ("data",), ("a",)), Op("Add", ("a", "a"), ("b",)),
                 Op("Div", ("b", "b"), ("c",)), Op("FC", ("c",), ("out",)))  # fmt: skip
    assert groups(net) == {("a", "b")}


def test_a_name_that_held_more_before_may_be_smaller_than_its_memory() -> None:
    net = net_of(
        Op("FC", ("data",), ("a",)), Op("FC", ("a",), ("x",)), Op("FC", ("x",), ("a",)),
        Op("Add", ("a", "x"), ("b",)), Op("FC", ("b", "x"), ("out",)),
        a=Blob("a", (1, 4), DType.FLOAT32, largest=32), x=8, b=8,
    )  # fmt: skip
    assert groups(net) == set(), "four columns are broadcast to eight: each is read twice"


def test_concat_lies_around_its_parts_and_split_within_the_whole() -> None:
    net = net_of(
        Op("FC", ("data",), ("a",)),
        Op("FC", ("data",), ("b",)),
        Op("Relu", ("b",), ("r",)),
        Op("Concat", ("a", "r"), ("c", "info")),
        Op("Split", ("c",), ("x", "y")),
        Op("FC", ("x", "y"), ("out",)),
        b=8, r=8, c=12, x=6, y=6,
    )  # fmt: skip
    found = storage_of(net, "c")
    assert set(found.names) == {"a", "b", "r", "c", "x", "y"}
    places = {view.name: view.offset for view in found.views}
    assert places == {"a": 0, "b": 16, "r": 16, "x": 0, "y": 24}
    assert found.size == 48
    assert (found.live.begin, found.live.end) == (0, 6)
    assert found.gaps == ()


@pytest.mark.parametrize("shape", [(2, 12), None])
def test_parts_that_do_not_lie_in_one_stretch_are_copied(shape: tuple[int, int] | None) -> None:
    def blob(name: str, columns: int) -> Blob:
        return Blob(name, shape and (shape[0], columns), DType.FLOAT32)

    net = net_of(
        Op("FC", ("data",), ("a",)), Op("FC", ("data",), ("b",)),
        Op("Concat", ("a", "b"), ("c",)), Op("FC", ("c",), ("out",)),
        a=blob("a", 4), b=blob("b", 8), c=blob("c", 12),
    )  # fmt: skip
    assert groups(net) == set()


def test_one_blob_cannot_be_two_parts() -> None:
    net = net_of(Op("FC", ("data",), ("a",)), Op("Concat", ("a", "a"), ("c",)),
                 Op("FC", ("c",), ("out",)), c=8)  # fmt: skip
    assert groups(net) == set()


def test_a_part_that_is_written_while_the_whole_is_wanted_is_a_copy() -> None:
    net = net_of(Op("FC", ("data",), ("a",)), Op("FC", ("data",), ("b",)),
                 Op("Concat", ("a", "b"), ("c",)), Op("Relu", ("a",), ("a",)),
                 Op("FC", ("c", "a"), ("out",)), c=8)  # fmt: skip
    assert groups(net) == set()


def test_a_slice_lies_within_what_it_is_cut_from() -> None:
    cut = Op("Slice", ("a",), ("s",), args={"starts": (0, 3), "ends": (-1, 5)})
    net = net_of(Op("FC", ("data",), ("a",)), cut, Op("FC", ("s", "a"), ("out",)), a=8, s=2)
    assert [(v.name, v.source, v.offset) for v in storage_of(net, "a").views] == [("s", "a", 12)]


SHARINGS = st.builds(
    Sharing, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans()
)
RANDOM = st.sampled_from((1, 2)).flatmap(
    lambda rows: nets(aliases=True, nested=True, devices=True, views=True, rows=rows)
)


@settings(max_examples=400, deadline=None)
@given(RANDOM, SHARINGS, st.sampled_from((0, 1)))
def test_sharing_changes_no_value(net: Net, sharing: Sharing, branch: int) -> None:
    net = prepare(net)
    numbers = Numbers()
    wanted = results(net, apart(net), numbers, branch)
    assert results(net, shared(storages(net, sharing)), numbers, branch) == wanted


@settings(max_examples=150, deadline=None)
@given(RANDOM, SHARINGS)
def test_plans_of_what_is_shared_are_safe_and_need_no_more_without_pieces(
    net: Net, sharing: Sharing
) -> None:
    net = prepare(net)
    verify(greedy_by_size(problem_from(net, found=storages(net, sharing))))
    plain = max_live(problem_from(net, Accounting())).bytes
    lean = replace(sharing, pieces=False, inputs=False)
    assert max_live(problem_from(net, found=storages(net, lean))).bytes <= plain
