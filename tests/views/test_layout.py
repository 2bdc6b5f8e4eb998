import time

import pytest
from hypothesis import given, settings

from memplan.errors import Cancelled
from memplan.net import Op
from memplan.study import Settings, prepare, study
from memplan.views.graph import GraphView, graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.layered import layered_layout
from memplan.views.layered_order import crossings, ordered_rows
from memplan.views.layered_rows import ranks_of, rows_of
from memplan.views.layout import layout, layout_with_dot, to_png
from tests.strategies import nets
from tests.views.made_studies import chain, floats, hostile, nested, small, studied


def overlaps(layout):
    boxes = list(layout.boxes.values())
    return [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if abs(a.x - b.x) < (a.width + b.width) / 2 - 1e-3
        and abs(a.y - b.y) < (a.height + b.height) / 2 - 1e-3
    ]


def check_geometry(view, placed):
    assert set(placed.boxes) == {node.id for node in view.nodes}
    assert len(placed.paths) == len(view.edges)
    assert overlaps(placed) == []
    for box in placed.boxes.values():
        assert box.x - box.width / 2 >= -1
        assert box.x + box.width / 2 <= placed.width + 1
        assert box.y - box.height / 2 >= -1
        assert box.y + box.height / 2 <= placed.height + 1
    for edge, path in zip(view.edges, placed.paths, strict=True):
        assert len(path) % 2 == 0
        a, b = placed.boxes[edge.source], placed.boxes[edge.target]
        assert a.y < b.y
        # From the foot of one to the head of the other; a nested op's outer line is 4 points off.
        assert abs(path[1] - (a.y + a.height / 2)) < 5
        assert abs(path[-1] - (b.y - b.height / 2)) < 5
        assert abs(path[0] - a.x) <= a.width / 2 + 1
        assert abs(path[-2] - b.x) <= b.width / 2 + 1


@pytest.mark.parametrize("make", [small, nested, hostile, lambda: chain(60)])
def test_dot_places_every_node_and_edge(make):
    view = graph_view(make())
    placed = layout(view, deadline=30)
    assert placed.engine == "dot"
    check_geometry(view, placed)


@pytest.mark.parametrize("make", [small, nested, hostile, lambda: chain(200)])
def test_our_layers_place_every_node_and_edge(make):
    view = graph_view(make())
    placed = layered_layout(view)
    check_geometry(view, placed)
    assert placed == layered_layout(view)


def test_graphviz_needs_no_program_on_the_path(monkeypatch):
    monkeypatch.setenv("PATH", "")
    dot = to_dot(graph_view(small()))
    assert layout_with_dot(dot, 30) is not None
    assert to_png(dot, 30).startswith(b"\x89PNG")


def test_past_the_deadline_the_layers_take_over():
    view = graph_view(small())
    started = time.perf_counter()
    placed = layout(view, deadline=0.001)
    assert placed.engine == "layered"
    assert time.perf_counter() - started < 5
    assert to_png(to_dot(view), deadline=0.001) is None


def test_a_large_graph_goes_to_the_layers_at_once(monkeypatch):
    monkeypatch.setattr("memplan.views.layout.DOT_LIMIT", 10)
    monkeypatch.setattr("memplan.views.layout.layout_with_dot", lambda *_: pytest.fail("dot ran"))
    assert layout(graph_view(small())).engine == "layered"


def test_a_caller_who_stops_takes_the_child_along(monkeypatch):
    import subprocess

    children = []
    start = subprocess.Popen

    def noted(*args, **more):
        children.append(start(*args, **more))
        return children[-1]

    def stop(_share, _what):
        raise Cancelled("stopped")

    monkeypatch.setattr(subprocess, "Popen", noted)
    with pytest.raises(Cancelled):
        layout(graph_view(small()), 30, stop)
    assert [child.poll() is not None for child in children] == [True]


def test_what_graphviz_cannot_read_is_no_layout():
    assert layout_with_dot("this is no graph {", 30) is None


def test_ten_times_the_nodes_take_about_ten_times_as_long():
    times = []
    for length in (150, 1500):
        view = graph_view(chain(length))
        started = time.process_time()
        layered_layout(view)
        times.append(time.process_time() - started)
    # Quadratic time would be a hundredfold.
    assert times[1] < 40 * times[0] + 0.5


def unet(depth):
    """Down and up again, with a skip from each level to its like."""
    ops, blobs, last, skips = [], ["data"], "data", []

    def add(kind, *reads):
        blobs.append(f"u{len(blobs)}")
        ops.append(Op(kind, reads, (blobs[-1],)))
        return blobs[-1]

    for _ in range(depth):
        last = add("Relu", add("Conv", last))
        skips.append(last)
        last = add("MaxPool", last)
    for _ in range(depth):
        last = add("Relu", add("Sum", add("Copy", last), skips.pop()))
    return studied(tuple(ops), tuple(floats(name, 1, 64) for name in blobs), outputs=(last,))


def through_boxes(view, placed):
    """Edges whose curve enters the box of a node that is none of their ends."""
    found = []
    for edge, path in zip(view.edges, placed.paths, strict=True):
        for x, y in curve_points(path):
            found += [
                (edge, node_id)
                for node_id, box in placed.boxes.items()
                if node_id not in (edge.source, edge.target)
                and abs(x - box.x) < box.width / 2 - 0.5
                and abs(y - box.y) < box.height / 2 - 0.5
            ]
    return found


def curve_points(path, steps=16):
    start = path[:2]
    for k in range(2, len(path) - 5, 6):
        points = (start, path[k : k + 2], path[k + 2 : k + 4], path[k + 4 : k + 6])
        for i in range(steps + 1):
            t = i / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield tuple(
                sum(w * p[axis] for w, p in zip(weights, points, strict=True)) for axis in (0, 1)
            )
        start = path[k + 4 : k + 6]


@pytest.mark.parametrize("make", [small, nested, lambda: unet(6), lambda: chain(90)])
def test_no_edge_of_our_layers_runs_through_a_node(make):
    view = graph_view(make())
    assert through_boxes(view, layered_layout(view)) == []


@settings(max_examples=60, deadline=None)
@given(net=nets(max_ops=24, nested=True, kinds=("ssa", "in_place")))
def test_our_layers_keep_apart_what_is_apart(net):
    view = graph_view(study(prepare(net), Settings(planner="naive")))
    placed = layered_layout(view)
    check_geometry(view, placed)
    assert through_boxes(view, placed) == []


def test_a_trunk_with_skips_stays_straight():
    view = graph_view(unet(5))
    placed = layered_layout(view)
    assert len({round(box.x, 3) for box in placed.boxes.values()}) == 1


def test_a_fork_is_balanced():
    arms = tuple(Op("Copy", ("data",), (name,)) for name in "abc")
    blobs = tuple(floats(name, 4) for name in ("data", *"abc", "out"))
    view = graph_view(studied((*arms, Op("Sum", tuple("abc"), ("out",))), blobs))
    placed = layered_layout(view)
    x = {node.name or node.step: placed.boxes[node.id].x for node in view.nodes}
    assert x["data"] == pytest.approx(x["b"]) == pytest.approx(x["out"])
    assert x["b"] - x["a"] == pytest.approx(x["c"] - x["b"])


def test_too_many_bends_become_bows(monkeypatch):
    monkeypatch.setattr("memplan.views.layered._BENDS", 5)
    ops = [Op("Copy", ("data",), ("b0",))]
    ops += [Op("Sum", (f"b{i}", "data"), (f"b{i + 1}",)) for i in range(30)]
    ops += [Op("Sum", (f"b{i}", f"b{i // 2}"), (f"b{i + 1}",)) for i in range(30, 60)]
    blobs = tuple(floats(name, 4) for name in ("data", *(f"b{i}" for i in range(61))))
    view = graph_view(studied(tuple(ops), blobs))
    placed = layered_layout(view)
    check_geometry(view, placed)
    longest = max(placed.boxes[e.target].y - placed.boxes[e.source].y for e in view.edges)
    assert longest > 1000


def test_crossings_are_fewer_than_in_the_order_of_the_net():
    # Two ladders whose rungs are read crosswise.
    names = [f"a{i}" for i in range(6)]
    ops = [Op("Copy", ("data",), (name,)) for name in names]
    ops += [Op("Copy", (name,), (f"z{name}",)) for name in reversed(names)]
    blobs = tuple(floats(n, 4) for n in ("data", *names, *(f"z{n}" for n in names)))
    view = graph_view(studied(tuple(ops), blobs))
    pairs = [(view.places[e.source], view.places[e.target]) for e in view.edges]
    graph = rows_of(len(view.nodes), pairs, ranks_of(len(view.nodes), pairs), 100)
    rows = ordered_rows(graph)
    place = [0] * len(graph.rank)
    for row in rows:
        for index, vertex in enumerate(row):
            place[vertex] = index
    assert crossings(graph, rows, place) == 0
    plain = list(range(len(graph.rank)))
    assert crossings(graph, graph.rows(), plain) > 0


def test_a_layout_can_be_stopped():
    def stop(_share, _what):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        layered_layout(graph_view(chain(30)), stop)


def test_an_empty_view_has_a_layout():
    empty = GraphView((), ())
    placed = layered_layout(empty)
    assert (placed.boxes, placed.paths, placed.height) == ({}, (), 0.0)
