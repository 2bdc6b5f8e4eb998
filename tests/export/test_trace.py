"""The trace, held against the rules of the Trace Event Format."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise

import pytest

from memplan.export import trace
from memplan.export.trace import STEP, chrome_trace, trace_text
from memplan.formats import load
from memplan.liveness import live_bytes
from memplan.net import Device, Op
from memplan.samples import open_sample, samples
from memplan.study import Settings, prepare, study
from memplan.views.names import shown
from tests.views.made_studies import HOSTILE, chain, floats, hostile, nested, small, studied

NEEDED = {"name", "ph", "pid", "tid"}
METADATA = {
    "process_name": "name",
    "thread_name": "name",
    "process_sort_index": "sort_index",
    "thread_sort_index": "sort_index",
}


def on_two_devices():
    cuda = Device("cuda", 0)
    ops = (
        Op("Copy", ("data",), ("a",)),
        Op("CopyCPUToGPU", ("a",), ("b",), device=cuda),
        Op("Relu", ("b",), ("c",), device=cuda),
    )
    blobs = tuple(floats(name, 1, 64) for name in ("data", "a", "b", "c"))
    return studied(ops, blobs, outputs=("c",))


STUDIES = {
    "small": small,
    "hostile": hostile,
    "nested": nested,
    "chain": lambda: chain(60),
    "shared names": lambda: small(Settings("safe")),
    "no sharing": lambda: small(Settings("naive")),
    "two devices": on_two_devices,
}


def check_format(events):
    """What the document of the format asks of each phase that we write."""
    named = set()
    for event in events:
        assert set(event) >= NEEDED
        assert isinstance(event["name"], str)
        assert type(event["pid"]) is int
        assert type(event["tid"]) is int
        if event["ph"] == "M":
            named.add((event["name"], event["pid"], event["tid"]))
            assert list(event["args"]) == [METADATA[event["name"]]]
            continue
        assert type(event["ts"]) is int
        assert event["ts"] >= 0
        if event["ph"] == "X":
            assert type(event["dur"]) is int
            assert event["dur"] > 0
            assert ("thread_name", event["pid"], event["tid"]) in named, "told before it is used"
        elif event["ph"] == "C":
            assert all(type(value) is int for value in event["args"].values())
        else:
            assert (event["ph"], event["s"]) == ("i", "g")
        assert ("process_name", event["pid"], 0) in named


def on_each_track(events):
    tracks = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            tracks[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    return tracks


@pytest.mark.parametrize("make", STUDIES.values(), ids=STUDIES)
def test_it_keeps_the_rules_of_the_format(make):
    made = make()
    text = trace_text(made)
    assert text.isascii()
    read = json.loads(text)
    assert read == chrome_trace(made)
    assert text == trace_text(make()), "equal studies, equal bytes"
    check_format(read["traceEvents"])
    for spans in on_each_track(read["traceEvents"]).values():
        spans.sort()
        # Complete events of one track must nest; ours follow one another.
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("sample", [sample.id for sample in samples()])
def test_every_bundled_net_gives_a_trace(sample):
    made = study(prepare(load(open_sample(sample))))
    check_format(chrome_trace(made)["traceEvents"])


@pytest.mark.parametrize("make", STUDIES.values(), ids=STUDIES)
def test_it_holds_the_plan(make):
    made = make()
    events = chrome_trace(made)["traceEvents"]
    ops = [e for e in events if e.get("cat") == "op"]
    assert [(e["ts"], e["dur"], e["name"]) for e in ops] == [
        (step * STEP, STEP, shown(op.type)) for step, op in enumerate(made.net.ops)
    ]
    spans = defaultdict(list)
    for event in events:
        if event["ph"] == "X" and event["cat"] != "op":
            args = event["args"]
            key = event["name"], args.get("offset"), args["size"]
            spans[key].append((event["ts"] // STEP, (event["ts"] + event["dur"]) // STEP))
    expected = defaultdict(list)
    for buffer in made.problem.buffers:
        key = shown(buffer.name), made.plan.offsets.get(buffer.name), buffer.size
        expected[key] += [(live.begin, live.end) for live in buffer.alive()]
    assert {k: sorted(v) for k, v in spans.items()} == {k: sorted(v) for k, v in expected.items()}


def counter(events, name):
    """The value at each step."""
    points = [(e["ts"] // STEP, e["args"]["bytes"]) for e in events if e["name"] == name]
    values = []
    for (step, value), (after, _) in pairwise(points):
        assert len(values) == step
        values += [value] * (after - step)
    return values


def test_the_counters_are_the_curve_the_tops_and_the_levels():
    for made in (chain(40), small(Settings("safe")), on_two_devices()):
        events = chrome_trace(made)["traceEvents"]
        steps = made.problem.horizon
        assert counter(events, "bytes alive") == list(live_bytes(made.problem))
        assert counter(events, "arena") == [made.metrics.peak_bytes] * steps
        assert counter(events, "lower bound") == [made.metrics.bound.bytes] * steps
        tops = counter(events, "highest byte in use")
        for step in range(steps):
            highest = defaultdict(int)
            for b in made.problem.buffers:
                if b.size and any(t.begin <= step < t.end for t in b.alive()):
                    space = made.plan.space_name(b.name)
                    highest[space] = max(highest[space], made.plan.offsets[b.name] + b.size)
            assert tops[step] == sum(highest.values())
        assert len(made.problem.spaces) > 1 or max(tops) == made.metrics.peak_bytes


def test_each_arena_is_a_process_with_the_highest_address_on_top():
    events = chrome_trace(on_two_devices())["traceEvents"]
    names = [e["args"]["name"] for e in events if e["name"] == "process_name"]
    assert [name.split(",")[0] for name in names] == ["made: ops", "arena cpu", "arena cuda:0"]
    events = chrome_trace(chain(40))["traceEvents"]
    names = [e["args"]["name"] for e in events if e["name"] == "thread_name"]
    offsets = [int(n.split()[1].replace(",", "")) for n in names if n.startswith("offset")]
    assert offsets == sorted(offsets, reverse=True)
    assert len(set(offsets)) > 3


def test_what_has_no_place_is_told_apart():
    events = chrome_trace(small())["traceEvents"]
    pid = next(e["pid"] for e in events if "no known size" in str(e["args"].get("name")))
    assert [e["name"] for e in events if e["pid"] == pid and e["ph"] == "X"] == ["rows"]


def test_very_many_places_share_tracks(monkeypatch):
    monkeypatch.setattr(trace, "_PLACES", 5)
    made = chain(60)
    events = chrome_trace(made)["traceEvents"]
    check_format(events)
    names = {e["args"]["name"] for e in events if e["name"] == "thread_name"}
    assert names == {"ops", "several places"}
    placed = [e for e in events if e["ph"] == "X" and e["cat"] != "op"]
    assert len(placed) == len(made.problem.buffers)


def test_an_unsafe_plan_is_shown_and_called_so():
    made = study(prepare(load(open_sample("async_if"))), Settings("caffe2_simple"))
    assert made.unsafe
    read = chrome_trace(made)
    assert read["otherData"]["verdict"].startswith("Unsafe")
    check_format(read["traceEvents"])


def test_hostile_names_are_text():
    events = json.loads(trace_text(hostile()))["traceEvents"]
    assert {shown(name) for name in HOSTILE} <= {e["name"] for e in events}
