from memplan.views.graph import NodeKind, graph_view
from memplan.views.graph_data import graph_columns, graph_data
from memplan.views.layered import layered_layout
from memplan.views.names import shown
from tests.views.made_studies import HOSTILE, folded, forked, hostile, nested, small
from tests.views.test_packing import unpacked


def columns_of(view):
    return graph_columns(view, layered_layout(view))


def test_canvas_data_says_the_same_as_the_view():
    view = graph_view(nested())
    head, columns = columns_of(view)
    assert head["ids"] == [n.id for n in view.nodes]
    assert len(columns["boxes"]) == 4 * len(view.nodes)
    assert len(columns["path_at"]) == len(view.edges) + 1
    assert columns["path_at"][-1] == len(columns["points"])
    links = columns["links"].tolist()
    pairs = zip(links[::2], links[1::2], strict=True)
    assert [(f"n{a}", f"n{b}") for a, b in pairs] == [(e.source, e.target) for e in view.edges]
    for node, swatch in zip(view.nodes, columns["swatch_of"], strict=True):
        assert (swatch < 0) == (node.kind is NodeKind.OP)
        if swatch >= 0:
            assert head["swatches"][swatch]["fill"] == node.swatch.fill


def test_columns_hold_what_a_node_can_be_coloured_by():
    view = graph_view(small())
    head, columns = columns_of(view)
    for index, node in enumerate(view.nodes):
        assert columns["nbytes"][index] == (-1 if node.nbytes is None else node.nbytes)
        assert head["types"][columns["type_of"][index]] == node.type
        assert head["devices"][columns["device_of"][index]] == node.device
        live = (columns["begins"][index], columns["ends"][index])
        assert live == ((node.live.begin, node.live.end) if node.live else (-1, -1))
        assert columns["groups"][index] == (-1 if node.group is None else node.group)
        assert columns["steps"][index] == (-1 if node.step is None else node.step)


def test_names_are_sent_whole_where_the_label_is_cut_and_as_they_are_shown():
    view = graph_view(hostile())
    head, _ = columns_of(view)
    for node, label, name in zip(view.nodes, head["labels"], head["names"], strict=True):
        assert (name or label) == shown(node.name)
    assert shown(HOSTILE[-1]) in head["names"]


def test_cards_keep_every_detail_that_no_column_holds():
    view = graph_view(small())
    head, columns = columns_of(view)
    sent = set()
    for index, node in enumerate(view.nodes):
        places = range(columns["card_at"][index], columns["card_at"][index + 1])
        pairs = [
            (head["words"][columns["card_words"][k]], head["texts"][columns["card_texts"][k]])
            for k in places
        ]
        assert pairs == [pair for pair in node.details if pair in pairs]
        sent.update(word for word, _ in pairs)
        left = {word for word, _ in node.details} - {word for word, _ in pairs}
        assert left <= {"op", "name", "device", "blob", "bytes", "alive", "memory"}
    assert {"shape", "role", "weights", "unknown", "offset"} <= sent


def test_a_fold_counts_as_its_ops():
    view = folded()
    _, columns = columns_of(view)
    assert columns["kinds"].tolist() == [1, 3, 1]
    data = graph_data(view, layered_layout(view))
    assert (data["ops"], data["blobs"]) == (3, 2)


def test_versions_of_a_blob_point_to_the_first():
    view = graph_view(small())
    head, columns = columns_of(view)
    place = head["labels"].index("a (in place)")
    assert columns["firsts"][place] == head["labels"].index("a")


def test_the_version_names_the_content():
    one, two = (graph_data(v, layered_layout(v)) for v in map(graph_view, (small(), small())))
    assert one == two
    other = graph_view(nested())
    assert graph_data(other, layered_layout(other))["version"] != one["version"]


def test_the_packed_graph_is_all_that_the_columns_hold():
    view = graph_view(forked(60))
    head, columns = columns_of(view)
    found, numbers = unpacked(graph_data(view, layered_layout(view))["packed"])
    assert found == head
    assert {name: column.tolist() for name, column in numbers.items()} == {
        name: column.tolist() for name, column in columns.items()
    }


def test_the_packed_graph_is_small():
    view = graph_view(forked(2000))
    packed = graph_data(view, layered_layout(view))["packed"]
    assert len(packed) < 250 * len(view.nodes)
