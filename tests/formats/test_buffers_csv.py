"""Buffers without a graph, from a CSV: what is read, what is refused, and the way back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.errors import FormatError, MemplanError, TooLarge
from memplan.formats import InputFile, Times, buffers_csv, buffers_times, load, to_buffers_csv
from memplan.liveness import max_live
from memplan.net import Net
from memplan.plan import Buffer, LiveRange, Problem, Window
from memplan.study import Settings, prepare, study

MINIMALLOC = {"A": 154, "C": 203, "E": 215, "G": 308, "I": 374, "K": 454}


def opened(text: str | bytes, name: str = "buffers.csv") -> Net:
    data = text.encode() if isinstance(text, str) else text
    return prepare(load([InputFile(name, data)]))


def problem(text: str) -> Problem:
    net = opened(text)
    assert net.given is not None
    return net.given


def refused(text: str | bytes) -> str:
    with pytest.raises(FormatError) as caught:
        opened(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_all_columns_are_read_in_any_order_and_under_any_of_their_names() -> None:
    head = "gaps,Size,start,end,buffer_id,alignment,hint,offset\n"
    b, c = problem(head + "5-6@0:4 3-4,16,0,9,b,4,8,\n,1,2,2,c,,-1,12\n").buffers
    assert b == Buffer(
        "b",
        LiveRange(0, 10),  # `end` is inclusive
        16,
        alignment=4,
        gaps=(LiveRange(3, 4),),
        hint=8,
        windows=(Window(LiveRange(5, 6), 0, 4),),
    )
    assert c == Buffer("c", LiveRange(2, 3), 1, offset=12)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_spreadsheets_write_other_marks(mark: str, end: str) -> None:
    text = f"\n\nid,lower,upper,size{end}a,0,2,8{end}b, 1 ,3,4{end}{end}".replace(",", mark)
    assert [b.size for b in problem("\ufeff" + text).buffers] == [8, 4]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,lower,upper,size\na,0,2\n", ("line 2", "3 cells")),
        ("id,lower,upper,size\na,0,2,8\na,1,3,4\n", ("line 3", "'a'", "line 2")),
        ("id,lower,upper,size\na,0,2,8\n,1,3,4\n", ("line 3", "no id")),
        ("id,lower,upper,size\na,2,2,8\n", ("line 2", "from 2 until before 2")),
        ("id,lower,upper,size\na,-1,2,8\n", ("line 2", "'-1'", "lower")),
        ("id,lower,upper,size\na,0,2,8.5\n", ("line 2", "'8.5'", "size")),
        ("id,lower,upper,size\na,0,2,٣\n", ("line 2", "size")),
        (f"id,lower,upper,size\na,0,2,{9**30}\n", ("line 2", "size")),
        ("id,lower,upper,size,alignment\na,0,2,8,0\n", ("line 2", "alignment 0")),
        ("id,lower,upper,size,gaps\na,0,9,8,1-\n", ("line 2", "write 5-9")),
        ("id,lower,upper,size,gaps\na,0,9,8,5-3\n", ("line 2", "5-3 ends")),
        ("id,lower,upper,size,gaps\na,0,9,8,2-3@5:4\n", ("line 2", "bytes 5:4")),
        ("id,lower,upper,size,gaps\na,0,9,8,2-3@0:9\n", ("line 2", "beyond its 8 bytes")),
        ("id,lower,upper,size,gaps\na,0,9,8,2-5 4-6\n", ("line 2", "gap [4, 6)")),
        ("id,lower,upper,size,gaps\na,2,9,8,1-3\n", ("line 2", "does not lie in [2, 9)")),
        ("id,lower,upper,size,aligment\na,0,2,8,1\n", ("line 1", "'aligment'", "alignment")),
        ("id,lower,size\na,0,8\n", ("line 1", "'upper'")),
        ("id,lower,upper,end,size\na,0,2,2,8\n", ("line 1", "inclusive")),
        ("id,buffer,lower,upper,size\na,a,0,2,8\n", ("line 1", "'id' and 'buffer'")),
        ("id,lower,upper,size\n", ("no buffer",)),
        (b"id,lower,upper,size\n\xff,0,2,8\n", ("UTF-8",)),
    ],
)
def test_each_mistake_is_told_with_its_line(text: str | bytes, words: tuple[str, ...]) -> None:
    message = refused(text)
    assert all(word in message for word in words), message


def test_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers_csv, "MAX_BUFFERS", 2)
    monkeypatch.setattr(buffers_csv, "MAX_GAPS", 2)
    head = "id,lower,upper,size,gaps\n"
    assert len(problem(head + "a,0,9,1,\nb,0,9,1,\n").buffers) == 2
    for body in ("a,0,9,1,\nb,0,9,1,\nc,0,9,1,\n", "a,0,9,1,1-2 3-4 5-6\n"):
        with pytest.raises(TooLarge):
            opened(head + body)
    monkeypatch.setattr(buffers_csv, "MAX_CSV_BYTES", 30)
    with pytest.raises(TooLarge):
        opened(head + "a,0,9,1,\n")


def test_a_csv_is_a_net_of_its_own() -> None:
    csv = InputFile("a.csv", b"id,lower,upper,size\na,0,2,8\n")
    net = InputFile("net.pbtxt", b'op { input: "x" output: "y" type: "Relu" }')
    for files in ([csv, net], [net, csv]):
        with pytest.raises(MemplanError, match=r"'a[.]csv' holds buffers without a graph"):
            load(files)


def test_a_row_with_an_offset_is_fixed_and_all_of_them_are_a_plan() -> None:
    some = opened("id,lower,upper,size,offset\na,0,2,8,24\nb,1,3,4,\n")
    assert some.placed is None
    assert dict(study(some).plan.offsets or {}) == {"a": 24, "b": 0}
    whole = opened("id,lower,upper,size,offset\na,0,2,8,24\nb,1,3,4,0\n")
    found = study(whole, Settings(planner=""))
    assert (found.plan.planner, found.metrics.peak_bytes, found.unsafe) == ("given", 32, None)
    # Another planner is free to do better.
    assert study(whole).metrics.peak_bytes == 12


def test_two_buffers_of_a_plan_that_clash_are_named() -> None:
    net = opened("id,lower,upper,size,offset\na,0,2,8,0\nb,1,3,4,4\n")
    found = study(net, Settings(planner=""))
    assert found.unsafe is not None
    assert "'a' and 'b' both lie on bytes [4, 8)" in found.unsafe
    assert not found.plan.proven


def test_times_of_any_size_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "id,lower,upper,size,gaps\na,0,90,8,20-30\nb,20,40,8,25-26@0:3\n"
    as_they_are = problem(text)
    monkeypatch.setattr(buffers_times.counted, "__defaults__", (50,))
    net = opened(text)
    assert net.given is not None
    assert net.given.horizon == 6
    assert max_live(net.given).bytes == max_live(as_they_are).bytes == 16
    assert isinstance(net.source, Times)
    assert to_buffers_csv(net.given, None, net.source) == to_buffers_csv(as_they_are)
    far = opened(f"id,lower,upper,size\na,0,{10**17},8\n")
    assert study(far).metrics.peak_bytes == 8


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    names = draw(
        st.lists(st.text(min_size=1, max_size=5).filter(str.strip), min_size=1, unique=True)
    )
    buffers = []
    for name in names:
        begin = draw(st.integers(0, 50))
        end = begin + draw(st.integers(1, 20))
        size = draw(st.integers(0, 10**6))
        cuts = sorted(draw(st.sets(st.integers(begin, end), max_size=6)))
        gaps, windows = [], []
        for low, high in zip(cuts[::2], cuts[1::2], strict=False):
            if draw(st.booleans()):
                gaps.append(LiveRange(low, high))
            else:
                window = draw(st.integers(0, size))
                windows.append(
                    Window(LiveRange(low, high), window, draw(st.integers(window, size)))
                )
        buffers.append(
            Buffer(
                name,
                LiveRange(begin, end),
                size,
                draw(st.sampled_from((1, 4, 64))),
                offset=draw(st.none() | st.integers(0, 10**6)),
                gaps=tuple(gaps),
                hint=draw(st.none() | st.integers(0, 9)),
                windows=tuple(windows),
            )
        )
    return Problem(tuple(buffers))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_to_csv_and_back_is_the_same_problem(whole: Problem) -> None:
    text = to_buffers_csv(whole).encode("utf-8", "backslashreplace")
    net = load([InputFile("x.csv", text)])
    assert net.given is not None
    placed = dict(net.placed.offsets) if net.placed else {}
    again = [
        Buffer(
            b.name,
            b.live,
            b.size,
            b.alignment,
            offset=placed.get(b.name, b.offset),
            gaps=b.gaps,
            hint=b.hint,
            windows=b.windows,
        )
        for b in net.given.buffers
    ]
    assert tuple(again) == whole.buffers


@pytest.mark.parametrize("name", MINIMALLOC)
def test_minimallocs_challenges_are_read_right(name: str, shared: Path) -> None:
    path = shared / "minimalloc" / f"{name}.1048576.csv"
    rows = path.read_text().splitlines()
    net = opened(path.read_bytes(), path.name)
    assert net.given is not None
    buffers = net.given.buffers
    assert len(buffers) == len(rows) - 1
    assert [(b.name, b.live.begin, b.live.end, b.size) for b in buffers] == [
        (row.split(",")[0], *map(int, row.split(",")[1:])) for row in rows[1:]
    ]
    assert max_live(net.given).bytes == (1039360 if name == "C" else 1048576)
    assert to_buffers_csv(net.given) == path.read_text()


def test_a_small_and_the_large_ones(shared: Path) -> None:
    folder = shared / "minimalloc"
    assert len(opened((folder / "input.12.csv").read_bytes()).given.buffers) == 5  # type: ignore[union-attr]
    for name, count in (("S_1", 28526), ("resnet50_somas", 1042)):
        net = opened((folder / "large" / f"{name}.csv").read_bytes())
        assert net.given is not None
        assert len(net.given.buffers) == count
        if name == "resnet50_somas":
            figures = study(net).metrics
            assert figures.bound.bytes <= figures.peak_bytes <= 1.05 * figures.bound.bytes


def test_a_hundred_thousand_rows_open_in_seconds() -> None:
    rows = "".join(f"b{i},{i},{i + 2 + i % 5},{64 * (1 + i % 97)}\n" for i in range(100_000))
    started = time.perf_counter()
    net = opened("id,lower,upper,size\n" + rows)
    assert len(net.given.buffers) == 100_000  # type: ignore[union-attr]
    assert time.perf_counter() - started < 30  # it takes one; a machine may be busy
