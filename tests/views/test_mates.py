import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.study import Settings, study
from memplan.views.mates import memory_mates
from tests.strategies import nets
from tests.views.made_studies import small

PLANNERS = ("greedy_by_size", "naive", "safe")


@pytest.mark.parametrize("planner", ["greedy_by_size", "safe"])
def test_whoever_has_the_bytes_before_and_after(planner):
    made = small(Settings(planner=planner))
    places = {name: memory_mates(made, name) for name in ("a", "b", "c", "d")}
    assert places["a"].before in ((), ("data",))
    taken_over = [name for name in "cd" if "a" in places[name].before]
    assert taken_over, "a is dead from op 3, and c is born there"
    assert all(name in places["a"].after for name in taken_over)


@settings(deadline=None)
@given(nets(), st.sampled_from(PLANNERS))
def test_mates_are_mutual_and_share_bytes(net, planner):
    made = study(net, Settings(planner=planner))
    buffers = {buffer.name: buffer for buffer in made.problem.buffers}
    offsets = made.plan.offsets or {}
    for name, buffer in buffers.items():
        mates = memory_mates(made, name)
        assert name not in {*mates.before, *mates.after, *mates.others}
        ends = [buffers[mate].live.end for mate in mates.before]
        assert ends == sorted(ends, reverse=True)
        for mate in mates.before:
            assert name in memory_mates(made, mate).after
        for mate in (*mates.before, *mates.after) if made.plan.slots is None else ():
            low = max(offsets[name], offsets[mate])
            assert low < min(offsets[n] + buffers[n].size for n in (name, mate))
        if made.unsafe is None and not buffer.gaps:
            assert all(buffers[mate].gaps for mate in mates.others)


def test_nothing_shares_without_sharing():
    made = small(Settings(planner="naive"))
    for buffer in made.problem.buffers:
        mates = memory_mates(made, buffer.name)
        assert (mates.before, mates.after, mates.others) == ((), (), ())
    assert memory_mates(made, "no such buffer").before == ()
