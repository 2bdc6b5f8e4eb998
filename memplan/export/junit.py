"""The verdict of the gate as JUnit's XML, which every continuous integration shows.

<testsuite name="memplan" tests="2" failures="1">
  <testcase classname="memplan.lenet" name="budget"><failure message="…">…</failure></testcase>
  <testcase classname="memplan.lenet" name="baseline"/>
</testsuite>
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from memplan.gate import Gate
from memplan.views.gate_words import baseline_lines, budget_lines
from memplan.views.names import shown

__all__ = ["junit_xml"]

# What XML 1.0 has no way to write, not even as a reference.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(verdict: Gate) -> str:
    """Return a suite with a test for the budget and one for the stored plan, as far as asked."""
    name = _text(shown(verdict.study.net.name, 200) or "net")
    seconds = f"{verdict.study.seconds:.3f}"
    suite = Element("testsuite", name="memplan", time=seconds)
    failed = 0
    if verdict.budget is not None or verdict.study.unsafe is not None:
        bad = bool(verdict.over) or verdict.study.unsafe is not None
        _case(suite, name, "budget", budget_lines(verdict), failed=bad)
        failed += bad
    if verdict.growth is not None:
        _case(suite, name, "baseline", baseline_lines(verdict.growth), failed=verdict.grown)
        failed += verdict.grown
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failed))
    suite.set("errors", "0")
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, net: str, name: str, lines: Sequence[str], *, failed: bool) -> None:
    case = SubElement(suite, "testcase", classname=f"memplan.{net}", name=name, time="0")
    text = _text("\n".join(lines))
    if failed:
        failure = SubElement(case, "failure", message=_text(lines[0]), type=name)
        failure.text = text
    else:
        SubElement(case, "system-out").text = text


def _text(text: str) -> str:
    return _NO_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
