from memplan.net import Op
from memplan.views.graph import EdgeKind, GraphOptions, NodeKind, graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.names import shown
from tests.views.made_studies import HOSTILE, chain, floats, hostile, nested, small, studied


def edges_by_label(view):
    label = {node.id: node.label for node in view.nodes}
    return {(label[e.source], label[e.target], e.kind) for e in view.edges}


def test_ops_and_blob_versions_are_nodes():
    view = graph_view(small())
    labels = [n.label for n in view.nodes if n.kind is not NodeKind.OP]
    assert labels == ["data", "a", "a (in place)", "b", "c", "d", "rows", "out"]
    steps = [n.step for n in view.nodes if n.kind is NodeKind.OP]
    assert steps == list(range(7))


def test_an_in_place_write_is_a_second_version_of_one_memory():
    view = graph_view(small())
    edges = edges_by_label(view)
    assert ("a", "Relu", EdgeKind.IN_PLACE) in edges
    assert ("Relu", "a (in place)", EdgeKind.IN_PLACE) in edges
    assert ("a (in place)", "Copy", EdgeKind.FLOW) in edges
    first, second = (n for n in view.nodes if n.name == "a")
    assert (first.group, first.swatch) == (second.group, second.swatch)


def test_a_name_written_anew_is_another_version():
    ops = (Op("Copy", ("data",), ("t",)), Op("Copy", ("t",), ("u",)), Op("Copy", ("u",), ("t",)))
    view = graph_view(studied(ops, tuple(floats(n, 4) for n in ("data", "t", "u")), outputs=("t",)))
    assert "t (again)" in [node.label for node in view.nodes]


def test_weights_are_folded_into_their_op_unless_asked_for():
    folded = graph_view(small())
    conv = folded.node(folded.id_of_op(0))
    assert dict(conv.details)["weights"] == "w: 256 B"
    assert folded.id_of_blob("w") is None
    whole = graph_view(small(), GraphOptions(weights=True))
    assert whole.node(whole.id_of_blob("w")).kind is NodeKind.WEIGHT
    assert ("w", "Conv", EdgeKind.FLOW) in edges_by_label(whole)


def test_a_nested_net_is_marked_and_its_outer_blobs_are_inner_edges():
    view = graph_view(nested())
    assert [n.label for n in view.nodes if n.nested] == ["If"]
    edges = edges_by_label(view)
    assert ("outer", "If", EdgeKind.INNER) in edges
    assert ("flag", "If", EdgeKind.FLOW) in edges
    written = [e for e in edges if e[0] == "If"]
    assert [(kind, label.split(" ")[0]) for _, label, kind in written] == [
        (EdgeKind.INNER, "result")
    ]
    assert "inside" not in {n.name for n in view.nodes}


def test_every_edge_goes_forward():
    for study in (small(), nested(), hostile(), chain(50)):
        view = graph_view(study)
        place = {node.id: i for i, node in enumerate(view.nodes)}
        assert all(place[e.source] < place[e.target] for e in view.edges)


def test_an_input_that_nothing_reads_is_drawn_all_the_same():
    ops = (Op("Copy", ("data",), ("out",)),)
    blobs = tuple(floats(n, 4) for n in ("data", "idle", "out"))
    view = graph_view(studied(ops, blobs, ("data", "idle"), ("out",)))
    assert view.id_of_blob("idle") is not None


def test_ids_from_outside_find_a_node_or_none():
    view = graph_view(small())
    assert view.node("n0") is view.nodes[0]
    for wrong in ("", "n", "n-1", "n999", "x0", "n²", "n" + "9" * 5000, "<script>"):
        assert view.node(wrong) is None


def test_equal_studies_give_equal_dot():
    assert to_dot(graph_view(small())) == to_dot(graph_view(small()))


def test_labels_are_cut_and_details_hold_the_whole_name():
    view = graph_view(hostile())
    long = view.node(view.id_of_blob(HOSTILE[-1]))
    assert len(long.label) <= 28
    assert dict(long.details)["blob"] == HOSTILE[-1]
    for name in HOSTILE:
        assert dict(view.node(view.id_of_blob(name)).details)["blob"] == shown(name)
