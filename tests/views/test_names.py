import html
import re

from memplan.views.names import plotly_text, shown
from tests.views.made_studies import HOSTILE


def test_shown_names_are_one_printable_line():
    for name in (*HOSTILE, "\ud800", "\u2028", "tab\t"):
        assert shown(name).isprintable()


def test_printable_names_are_shown_as_they_are():
    assert shown("conv1/res_2a: é ⊕") == "conv1/res_2a: é ⊕"


def test_a_cut_keeps_the_limit_and_both_ends():
    cut = shown("begin" + "x" * 500 + "end", 20)
    assert len(cut) == 20
    assert cut.startswith("begin")
    assert cut.endswith("end")


def test_plotly_reads_the_name_back_literally():
    for name in HOSTILE:
        text = plotly_text(name, None)
        assert "<" not in text
        assert "$" not in text
        # An ampersand begins one of our entities, nothing else.
        assert re.sub(r"&#\d+;", "", text).count("&") == 0
        assert html.unescape(text) == shown(name)
