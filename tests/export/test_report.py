"""The report as a file: what it holds, what no name can do to it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from memplan import __version__
from memplan.export import report, tables
from memplan.export.report import report_html
from memplan.formats import load
from memplan.liveness import Accounting
from memplan.net import Op
from memplan.samples import open_sample, samples
from memplan.study import Settings, prepare, study
from memplan.views.decisions import decision_sentence
from memplan.views.names import shown
from memplan.views.sentences import capacity_sentence, headlines, proof_sentence
from tests.views.made_studies import chain, floats, hostile, nested, small, studied

BREAKERS = ("</script><script>alert(1)</script>", "]]>", "<!--", "</style>", "' onclick=x", "</td>")


class Page(HTMLParser):
    """The elements of a page, and the text of each that has any."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.opened, self.texts, self.stack = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.opened.append((tag, dict(attrs)))
        if tag not in {"meta", "input"}:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, "every element is closed, in order"

    def handle_data(self, data):
        self.texts.append((self.stack[-1] if self.stack else "", data))

    def all(self, tag):
        return [attrs for name, attrs in self.opened if name == tag]

    def text(self, tag):
        return [data for name, data in self.texts if name == tag]


def bundled(name, planner="greedy_by_size"):
    return study(prepare(load(open_sample(name))), Settings(planner))


@pytest.mark.parametrize("make", [small, nested, lambda: bundled("lenet", "safe")])
def test_it_tells_the_figures_the_proof_and_how_it_was_made(make):
    made = make()
    page = Page(report_html(made))
    assert page.text("dt") == [figure.name for figure in headlines(made)]
    values = [figure.value for figure in headlines(made)]
    assert page.text("dd")[::2] == values
    assert shown(proof_sentence(made)) in page.text("p")
    facts = dict(zip(page.text("th")[-10:], page.text("td")[-10:], strict=True))
    assert facts["digest of the net as planned"] == made.net.digest()
    assert facts["planner"].startswith(made.plan.planner)
    assert facts["memplan"] == __version__
    assert page.stack == []


def test_the_settings_are_told():
    settings = Settings("naive", 64, Accounting(inputs=False), 2.5, 1000)
    page = Page(report_html(small(settings)))
    cells = page.text("td")
    assert {"64 B", "not counted", "counted", "2.5 s", "1,000"} <= set(cells)


def test_every_blob_has_a_row_that_sorts_by_its_numbers():
    made = small()
    page = Page(report_html(made))
    rows = [a for a in page.all("tr") if "data-b" in a]
    assert len(rows) == len(made.net.names()) + len(made.decisions)
    assert set(made.net.names()) <= set(page.text("td"))
    sorted_by = {cell["data-v"] for cell in page.all("td") if "data-v" in cell}
    assert {str(b.size) for b in made.problem.buffers if b.size} <= sorted_by


def test_every_decision_comes_with_its_reason():
    made = chain(30)
    cells = set(Page(report_html(made)).text("td"))
    assert made.decisions
    assert {shown(decision_sentence(d, made)) for d in made.decisions} <= cells


def test_shared_names_stand_where_a_recycler_chose_them():
    made = bundled("lenet", "safe")
    cells = Page(report_html(made)).text("td")
    assert made.assignment is not None
    for new in {n for o, n in made.assignment.mapping.items() if o != n}:
        assert new in cells
    kept = Page(report_html(bundled("diamond", "safe")))
    assert any("shared nothing" in text for text in kept.text("p"))


def test_an_unsafe_plan_is_called_so_at_the_top():
    made = bundled("async_if", "caffe2_simple")
    page = Page(report_html(made))
    (verdict,) = (a for a in page.all("p") if "verdict" in a.get("class", ""))
    assert "unsafe" in verdict["class"]
    assert any(text.startswith("Unsafe, not to be used") for text in page.text("p"))


@pytest.mark.parametrize("sample", [sample.id for sample in samples()])
def test_every_bundled_net_has_a_report_of_reasonable_size(sample):
    made = bundled(sample)
    text = report_html(made)
    assert Page(text).stack == []
    assert len(text) < 60_000 + 2500 * len(made.net.ops)


def test_equal_studies_give_equal_bytes_whatever_the_time_it_took():
    made = small()
    assert report_html(made) == report_html(replace(small(), seconds=made.seconds + 1))


def policy(page):
    (found,) = (a["content"] for a in page.all("meta") if "http-equiv" in a)
    return dict(part.split(" ", 1) for part in found.split("; "))


def test_the_policy_allows_our_style_and_script_and_no_request():
    text = report_html(hostile())
    page = Page(text)
    allowed = policy(page)
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert allowed[rule] == f"'sha256-{digest}'"
    assert not any("style" in attrs for _, attrs in page.opened), "the policy forbids those"
    for _, attrs in page.opened:
        assert not any(name.startswith("on") for name in attrs)
        assert attrs.get("href", "#").startswith("#")
        assert "src" not in attrs


def breaking():
    """A net all of whose names try to end what they stand in."""
    names = (*BREAKERS, "end")
    ops = tuple(Op(a, (a,), (b,), b) for a, b in pairwise(names))
    blobs = tuple(floats(name, 1, 8 + i) for i, name in enumerate(names))
    made = studied(ops, blobs, (names[0],), ("end",))
    return replace(made, net=replace(made.net, name=BREAKERS[0]))


@pytest.mark.parametrize("make", [hostile, breaking])
def test_no_name_becomes_markup(make):
    made = make()
    text = report_html(made)
    page, plain = Page(text), Page(report_html(chain(3)))
    assert page.stack == []
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert {tag for tag, _ in page.opened} <= {tag for tag, _ in plain.opened} | {"pattern"}
    assert {shown(name) for name in made.net.names()} <= set(page.text("td"))
    used = {name for _, attrs in page.opened for name in attrs}
    assert used <= {name for _, attrs in plain.opened for name in attrs} | {"patternunits"}


def test_large_nets_are_cut_and_the_report_says_so(monkeypatch):
    made = chain(40)
    monkeypatch.setattr(report, "DRAWN", 20)
    monkeypatch.setattr(report, "LISTED", 10)
    monkeypatch.setattr(tables, "LISTED", 10)
    page = Page(report_html(made))
    said = " ".join(page.text("p"))
    assert "nodes is too large for a page" in said
    assert "the 10 largest of 41" in said
    assert "the first 10 of 41" in said
    listed = [a for a in page.all("tr") if "data-g" in a]
    sizes = sorted((b.size for b in made.problem.buffers), reverse=True)
    assert len(listed) == 10
    shown_sizes = [int(t.replace(",", "")) for t in page.text("td") if t.replace(",", "").isdigit()]
    assert set(sizes[:10]) <= set(shown_sizes)


def test_a_capacity_is_told_and_drawn_where_it_is_near():
    fits = small(Settings(capacity=10_000))
    text = report_html(fits)
    assert capacity_sentence(fits) in Page(text).text("p")
    assert "level capacity" not in text, "far above the peak: as a line it would flatten the curve"
    assert "10,000 B" in Page(text).text("td")
    near = small(Settings(capacity=fits.metrics.peak_bytes - 1))
    text = report_html(near)
    assert capacity_sentence(near) in Page(text).text("p")
    assert "Does not fit" in text
    assert "level capacity" in text


def test_a_net_too_large_to_draw_whole_is_folded(monkeypatch):
    made = chain(900)
    monkeypatch.setattr(report, "DRAWN", 1000)
    page = Page(report_html(made))
    folds = [a for a in page.all("g") if a.get("class") == "node op fold"]
    assert folds
    nodes = [a for a in page.all("g") if a.get("class", "").startswith("node ")]
    assert len(nodes) <= 1000
    assert any("stand for many ops (repeated blocks)" in text for text in page.text("p"))
