import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from memplan.export.markup import Markup, element, escaped, joined, number

ANY_TEXT = st.text(st.characters())


def read_html(markup):
    """Tags, attributes and text as a browser's parser finds them."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))
    parser.handle_data = found.append
    parser.feed(markup)
    parser.close()
    return found


def test_elements_nest_and_attributes_are_named():
    inner = element("text", "a", x=1.25, class_=None)
    assert inner == '<text x="1.2">a</text>'
    assert element("g", inner, "<", data_b=3, class_="node") == (
        '<g data-b="3" class="node"><text x="1.2">a</text>&lt;</g>'
    )
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_becomes_markup(content, value):
    markup = element("p", content, title=value)
    root = ET.fromstring(markup)
    assert (root.tag, list(root), list(root.attrib)) == ("p", [], ["title"])
    tags = [part for part in read_html(markup) if isinstance(part, tuple)]
    assert [tag for tag, _ in tags] == ["p"]


@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn", "Cc"))))
def test_text_reads_back_as_it_was(text):
    assert (ET.fromstring(element("p", text)).text or "") == text


def test_markup_is_not_escaped_twice():
    once = escaped("<b>")
    assert escaped(once) is once
    assert joined((Markup("<i></i>"), "<")) == "<i></i>&lt;"


def test_numbers_are_brief():
    assert [number(v) for v in (1, 1.0, 0.05, -0.04, 12.345)] == ["1", "1", "0.1", "0", "12.3"]
