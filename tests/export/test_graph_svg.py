import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from memplan.export import EXPORTS
from memplan.export.graph_svg import svg_file
from memplan.export.swatches import Fills
from memplan.views.colours import UNKNOWN, palette
from memplan.views.graph import NodeKind, graph_view
from memplan.views.layout import layout
from memplan.views.names import shown
from tests.views.made_studies import HOSTILE, chain, hostile, nested, small

SVG = "{http://www.w3.org/2000/svg}"


def drawn(study):
    return ET.fromstring(svg_file(study))


def with_class(root, word):
    return [e for e in root.iter() if word in e.get("class", "").split()]


@pytest.mark.parametrize("make", [small, hostile, nested, lambda: chain(60)])
def test_it_draws_every_node_and_edge(make):
    study = make()
    view, root = graph_view(study), drawn(study)
    texts = Counter(text.text for text in root.iter(f"{SVG}text"))
    assert texts == Counter(t for node in view.nodes for t in (node.label, node.line))
    assert len(with_class(root, "edge")) == len(view.edges)
    assert len(with_class(root, "op")) == sum(n.kind is NodeKind.OP for n in view.nodes)
    assert svg_file(study) == svg_file(make()), "equal studies, equal bytes"


def test_boxes_are_where_the_layout_has_them_in_their_colours():
    study = small()
    view = graph_view(study)
    placed = layout(view)
    groups = with_class(drawn(study), "node")
    fills = Fills(node.swatch for node in view.nodes if node.swatch)
    for node, group in zip(view.nodes, groups, strict=True):
        rect, box = group.find(f"{SVG}rect"), placed.boxes[node.id]
        x, y, width, height = (float(rect.get(k)) for k in ("x", "y", "width", "height"))
        assert abs(x + width / 2 - box.x) < 0.2
        assert abs(y + height / 2 - box.y) < 0.2
        assert rect.get("fill") == (fills.of(node.swatch) if node.swatch else None)


def test_hues_that_come_again_are_hatched():
    plain, hatched = palette(0), palette(9)
    fills = Fills([plain, hatched, UNKNOWN, hatched])
    assert (fills.of(plain), fills.of(UNKNOWN)) == (plain.fill, "none")
    (pattern,) = ET.fromstring(f"<defs>{fills.patterns()}</defs>")
    assert fills.of(hatched) == f"url(#{pattern.get('id')})"
    assert pattern[0].get("fill") == hatched.fill


def test_every_pattern_of_the_palette_can_be_drawn():
    swatches = [palette(rank) for rank in range(70)]
    drawn = ET.fromstring(f"<defs>{Fills(swatches).patterns()}</defs>")
    assert len(drawn) == len({s for s in swatches if s.pattern})


def test_hostile_names_are_text():
    root = drawn(hostile())
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert {shown(name, 28) for name in HOSTILE[:-1]} <= texts
    # No name has become an element.
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        *("svg", "style", "defs", "marker", "pattern", "g", "path", "rect", "text", "title")
    }


def test_beyond_graphviz_there_is_a_picture_too(monkeypatch):
    monkeypatch.setattr("memplan.views.layout.DOT_LIMIT", 10)
    monkeypatch.setattr("memplan.export.formats.PNG_LIMIT", 10)
    study = chain(60)
    assert len(with_class(drawn(study), "node")) == len(graph_view(study).nodes)
    with pytest.raises(Exception, match="too large to draw as PNG; take SVG or DOT") as raised:
        EXPORTS["png"].make(study)
    assert type(raised.value).__module__ == "memplan.errors"
