import json
from dataclasses import replace
from math import isnan

import numpy as np

from memplan.liveness import live_bytes
from memplan.net import Blob, Device, DType, Net, Op
from memplan.plan import BufferKind, LiveRange, Plan, Problem
from memplan.roles import assign_roles
from memplan.study import Settings, study
from memplan.views.colours import group_blobs
from memplan.views.map_data import map_data
from tests.views.made_studies import HOSTILE, chain, hostile, nested, small


def unpacked(data):
    """What the browser makes of the bytes: the head, and each column as a list."""
    length = int.from_bytes(data.packed[16:20], "little")
    head = json.loads(data.packed[20 : 20 + length])
    begin = -(-(20 + length) // 8) * 8
    columns = {}
    for name, (kind, start, count) in head["columns"].items():
        assert (begin + start) % 8 == 0
        columns[name] = np.frombuffer(data.packed, kind, count, begin + start).tolist()
    return head, columns


def test_columns_are_the_buffers_of_the_plan():
    made = small()
    data = map_data(made)
    head, columns = unpacked(data)
    buffers = {b.name: b for b in made.problem.buffers}
    assert tuple(head["names"]) == data.names
    assert set(data.names) == set(buffers)
    groups = group_blobs(made).of_buffer
    for place, name in enumerate(data.names):
        size, low = columns["size"][place], columns["low"][place]
        assert (isnan(size) and buffers[name].size is None) or size == buffers[name].size
        assert (isnan(low) and name not in made.plan.offsets) or low == made.plan.offsets[name]
        group = groups.get(name)
        assert columns["group"][place] == (-1 if group is None else group.number)
        if group is not None:
            assert columns["mates"][place] == group.blobs
            assert head["swatches"][columns["swatch"][place]]["fill"] == group.swatch.fill
    births = [buffers[name].live.begin for name in data.names]
    assert births == sorted(births)


def test_pieces_are_the_live_ranges_without_their_gaps():
    made = chain(6)
    first = made.problem.buffers[0]
    gap = LiveRange(1, 2)
    assert (first.live.begin, first.live.end) == (0, 4)
    problem = replace(
        made.problem, buffers=(replace(first, gaps=(gap,)), *made.problem.buffers[1:])
    )
    made = replace(made, problem=problem, plan=replace(made.plan, problem=problem))
    data = map_data(made)
    _, columns = unpacked(data)
    pieces = list(zip(columns["begin"], columns["end"], columns["owner"], strict=True))
    begins = [begin for begin, _, _ in pieces]
    assert begins == sorted(begins)
    for buffer in problem.buffers:
        place = data.names.index(buffer.name)
        found = [(begin, end) for begin, end, owner in pieces if owner == place]
        assert found == [(live.begin, live.end) for live in buffer.alive()]


def test_the_curve_and_the_levels_are_those_of_the_study():
    made = chain(300)
    head, columns = unpacked(map_data(made))
    curve = live_bytes(made.problem)
    assert columns["curve_step"] == list(range(len(curve)))
    assert columns["curve_bytes"] == list(curve)
    assert head["steps"] == len(curve)
    assert head["arena"] == made.metrics.peak_bytes
    lines = {name: size for name, size, _, _ in head["levels"]}
    assert lines == {"arena": made.metrics.peak_bytes, "lower bound": made.metrics.bound.bytes}
    assert head["peak_step"] == made.metrics.max_live.step
    kinds = [head["op_types"][code] for code in columns["op_type"]]
    assert kinds == [op.type for op in made.net.ops]


def test_a_capacity_is_a_line_too():
    head, _ = unpacked(map_data(small(Settings(capacity=4096))))
    assert [name for name, *_ in head["levels"]] == ["arena", "lower bound", "capacity"]


def test_names_arrive_as_in_the_file_with_a_text_where_they_cannot_be_read():
    data = map_data(hostile())
    head, _ = unpacked(data)
    assert set(head["names"]) == {*HOSTILE, "end"}
    shown = {head["names"][int(place)]: text for place, text in head["shown"].items()}
    assert shown == {
        "two\nlines": "two\\nlines",
        "nul\0byte": "nul\\x00byte",
        "\u202eright to left": "\\u202eright to left",
    }


def test_a_name_that_is_no_unicode_text_is_packed_too():
    ops = (Op("Relu", ("data",), ("half \ud800",)),)
    blobs = {n: Blob(n, (1, 4), DType.FLOAT32) for n in ("data", "half \ud800")}
    data = map_data(study(assign_roles(Net("n", ops, blobs, ("data",)))))
    assert "half \ud800" in unpacked(data)[0]["names"]


def test_what_is_in_place_is_told_by_all_its_names():
    ops = [Op("Copy", ("data",), ("x",))]
    blobs = {"data": Blob("data", (1, 4), DType.FLOAT32), "x": Blob("x", (1, 4), DType.FLOAT32)}
    made = study(assign_roles(Net("n", tuple(ops), blobs, ("data",))))
    names = ("x", *(f"alias{i}" for i in range(6)))
    storages = tuple(replace(s, names=names) if s.name == "x" else s for s in made.storages)
    data = map_data(replace(made, storages=storages))
    head, columns = unpacked(data)
    place = data.names.index("x")
    assert head["also"] == {str(place): "alias0, alias1, alias2, alias3 and 2 more"}
    assert columns["mates"][place] >= 7


def test_memories_of_several_devices_stand_one_above_the_other():
    gpu = Device("cuda", 0)
    ops = (
        Op("Copy", ("data",), ("x",)),
        Op("Copy", ("x",), ("y",), device=gpu),
        Op("Copy", ("y",), ("z",), device=gpu),
    )
    blobs = {n: Blob(n, (1, 8), DType.FLOAT32) for n in ("data", "x", "y", "z")}
    made = study(assign_roles(Net("n", ops, blobs, ("data",))))
    data = map_data(made)
    head, columns = unpacked(data)
    grounds = dict(head["spaces"])
    assert len(grounds) == 2
    for place, name in enumerate(data.names):
        ground = grounds[made.plan.space_name(name)]
        assert columns["ground"][place] == ground
        assert columns["low"][place] == ground + made.plan.offsets[name]


def test_an_offset_beyond_four_gigabytes_is_exact():
    made = small()
    far = 2**40 + 1
    offsets = dict.fromkeys(made.plan.offsets, far)
    data = map_data(replace(made, plan=replace(made.plan, offsets=offsets)))
    _, columns = unpacked(data)
    assert columns["low"][data.names.index("a")] == far


def test_scratch_of_nested_nets_is_there_by_its_kind():
    data = map_data(nested())
    head, columns = unpacked(data)
    kinds = {head["kinds"][code] for code in columns["kind"]}
    assert BufferKind.SCRATCH.value in kinds


def test_a_plan_of_nothing_packs():
    made = replace(small(), problem=Problem(()), plan=Plan(Problem(()), {}, "naive"), storages=())
    data = map_data(made)
    head, columns = unpacked(data)
    assert data.names == ()
    assert columns["begin"] == columns["low"] == columns["curve_step"] == []
    assert head["steps"] == 0


def test_the_version_names_the_content():
    one, same, other = map_data(chain(20)), map_data(chain(20)), map_data(chain(21))
    assert one.packed == same.packed
    assert one.version == same.version != other.version


def test_a_hundred_bytes_a_buffer_are_enough():
    data = map_data(chain(4000))
    assert len(data.packed) < 100 * len(data.names)
