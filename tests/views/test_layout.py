import time

import pytest

from memplan.errors import Cancelled
from memplan.views.graph import graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.layered import layered_layout
from memplan.views.layout import layout, layout_with_dot, to_png
from tests.views.made_studies import chain, hostile, nested, small


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
        started = time.perf_counter()
        layered_layout(view)
        times.append(time.perf_counter() - started)
    # Quadratic time would be a hundredfold.
    assert times[1] < 40 * times[0] + 0.5
