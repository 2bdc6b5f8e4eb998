"""The files behind the button Download: made when asked for, the same as the commands write."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.testing.v1 import AppTest

from memplan.export import EXPORTS
from tests.ui.pages import app, complaints, upload


def buttons(test: AppTest) -> dict[str, DownloadButton]:
    protos = [found.proto for found in test.get("download_button")]
    return {proto.label.partition(" :gray[")[0]: proto for proto in protos}


def test_every_format_has_a_button_that_says_what_it_is_for() -> None:
    test = app(net="diamond")
    assert complaints(test) == []
    offered = buttons(test)
    assert [entry.title for entry in EXPORTS.values()] == list(offered)
    for entry in EXPORTS.values():
        assert offered[entry.title].label == f"{entry.title} :gray[{entry.line}]"
    assert not any(button.disabled for button in offered.values())


def test_nothing_is_made_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> bytes:
        pytest.fail("made unasked")

    entries = {name: replace(entry, make=fail) for name, entry in EXPORTS.items()}
    monkeypatch.setattr("memplan.ui.downloads.EXPORTS", MappingProxyType(entries))
    test = app(net="diamond")
    assert complaints(test) == []
    assert len(buttons(test)) == len(EXPORTS)


def test_what_cannot_be_drawn_is_not_offered_and_says_why() -> None:
    ops = "".join(f'op {{ type: "Relu" input: "b{i}" output: "b{i + 1}" }}' for i in range(900))
    test = upload(app(), ("long.pbtxt", f'{ops} external_input: "b0"'.encode()))
    assert complaints(test) == []
    offered = buttons(test)
    unknown = {"Buffers as MiniMalloc CSV", "Plan as MiniMalloc CSV", "C header"}
    disabled = {label for label, button in offered.items() if button.disabled}
    assert disabled == {"Graph as PNG"} | unknown
    assert "too large to draw as PNG" in offered["Graph as PNG"].label


def test_a_model_is_offered_with_the_plan_in_it_and_why_not_is_told() -> None:
    title = "Model with this plan"
    assert title not in buttons(app(net="diamond"))
    offered = buttons(app(net="lstm_scan"))[title]
    assert "memplan.plan" in offered.label
    assert not offered.disabled
    test = app(net="mobilenet_block", profile="tflm")
    assert complaints(test) == []
    assert not buttons(test)[title].disabled
