import itertools

from memplan.study import Settings
from memplan.views.colours import OWN, group_blobs, palette
from memplan.views.rows import memory_rows
from tests.views.made_studies import nested, small


def test_two_buffers_are_one_group_exactly_when_their_offsets_are_equal():
    study = small()
    group_of = group_blobs(study).of_buffer
    sized = [b.name for b in study.problem.buffers if b.size]
    assert len(set(study.plan.offsets.values())) < len(sized)
    for a, b in itertools.combinations(sized, 2):
        same = study.plan.offsets[a] == study.plan.offsets[b]
        assert (group_of[a].number == group_of[b].number) == same


def test_groups_are_numbered_by_offset():
    study = small()
    groups = group_blobs(study).groups
    offsets = [study.plan.offsets[g.buffers[0]] for g in groups]
    assert [g.number for g in groups] == list(range(len(groups)))
    assert offsets == sorted(set(offsets))


def test_slots_are_the_groups_of_a_plan_that_has_them():
    study = small(Settings(planner="naive"))
    for name, group in group_blobs(study).of_buffer.items():
        assert group.number == study.plan.slots[name]


def test_colour_means_sharing():
    for group in (*group_blobs(small()).groups, *group_blobs(nested()).groups):
        assert (group.swatch == OWN) == (not group.shared)
    naive = group_blobs(small(Settings(planner="naive")))
    assert all(g.swatch == OWN for g in naive.groups)


def test_weights_and_unknown_sizes_have_looks_of_their_own():
    looks = {row.name: row.swatch for row in memory_rows(small())}
    assert looks["rows"].hollow
    assert looks["w"] not in (OWN, looks["rows"])
    assert len({looks["w"], looks["rows"], looks["a"]}) == 3


def test_many_groups_can_be_told_apart():
    assert len({palette(rank) for rank in range(56)}) == 56
    assert palette(56) == palette(0)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_on_every_swatch_is_readable():
    for swatch in (OWN, *(palette(rank) for rank in range(14))):
        light, dark = _luminance(swatch.fill), _luminance(swatch.ink)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, swatch
