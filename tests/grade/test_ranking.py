"""Problems from a seed, the table, and the folder that submissions come from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.errors import Cancelled, FormatError, TooLarge
from memplan.grade import EXAMPLE, Limits, Status, draw, grade, grade_one, read_folder, reading
from memplan.liveness import max_live
from memplan.planners import PLANNERS
from memplan.planners.naive import naive
from memplan.views.grades import grades_json

GOOD = EXAMPLE.encode()
NAIVE = b"""
def plan(problem):
    offsets, top = {}, 0
    for b in problem.buffers:
        offsets[b.name] = top = -(-top // b.alignment) * b.alignment
        top += b.size
    return offsets
"""
ONCE = b"def plan(p):\n    return {b.name: 0 for b in p.buffers} if len(p.buffers) < 0 else 1 / 0"
ONE = Limits(seconds=1)


@settings(deadline=None, max_examples=20)
@given(st.integers())
def test_a_seed_gives_one_set_of_problems_and_another_seed_another(seed):
    drawn = draw(seed, 6)
    assert drawn == draw(seed, 6)
    assert drawn == draw(seed, 9)[:6]
    assert drawn != draw(seed + 1, 6)
    for instance in drawn:
        assert instance.bound > 0
        assert not instance.problem.unknown


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**9))
def test_a_tight_problem_was_cut_from_a_whole_rectangle(seed):
    """So that at every step the same bytes are alive, and the bound is what a plan can reach."""
    for instance in draw(seed, 6)[2::3]:
        buffers = instance.problem.buffers
        area = sum(b.size * (b.live.end - b.live.begin) for b in buffers)
        assert instance.bound == max_live(instance.problem).bytes
        assert area == instance.bound * instance.problem.horizon


def test_the_table_is_sorted_with_ours_in_it():
    instances = draw(11, 3)
    rows = grade({"naive.py": NAIVE, "good.py": GOOD, "none.py": b"", "once.py": ONCE}, instances)
    names = [row.name for row in rows]
    assert names.index("good.py") < names.index("naive.py") < names.index("naive")
    assert names[-2:] == ["none.py", "once.py"]
    assert {"lower bound", "best of memplan", "greedy_by_size", "naive"} <= set(names)
    scores = [row.score for row in rows if row.score is not None]
    assert scores == sorted(scores)
    assert scores[0] == 1
    by_name = {row.name: row for row in rows}
    assert by_name["naive.py"].peaks == tuple(naive(i.problem).peak for i in instances)
    best = by_name["best of memplan"]
    for name in ("greedy_by_size", "fullest_first", "naive", "executorch"):
        for peak, instance in zip(best.peaks, instances, strict=True):
            assert peak <= PLANNERS[name].pack(instance.problem).known_peak
    assert grade({"good.py": GOOD}, instances) == grade({"good.py": GOOD}, instances)


def test_a_score_is_the_mean_of_peak_over_bound():
    instances = draw(5, 4)
    row = grade_one("n", NAIVE, instances)
    ratios = [naive(i.problem).peak / i.bound for i in instances]
    assert row.score == pytest.approx(sum(ratios) / len(ratios))


def test_what_fails_on_one_problem_has_no_score_and_is_tried_on_the_rest():
    instances = draw(3, 4)
    odd = len(instances[1].problem.buffers)
    wrapped = f"""
real = plan
def plan(problem):
    return real(problem) if len(problem.buffers) != {odd} else 0
"""
    source = GOOD + wrapped.encode()
    row = grade_one("odd", source, instances)
    assert (row.status, row.score, row.solved) == (Status.WRONG, None, 3)
    assert (
        row.complaint == f"{instances[1].title}: plan returned a int; return a dict of name: offset"
    )


def test_what_takes_too_long_once_is_not_tried_again():
    row = grade_one("loop", b"while True: pass", draw(3, 9), ONE)
    assert (row.status, len(row.outcomes), row.peaks) == (Status.TIME, 1, (None,) * 9)


def test_a_grading_can_be_stopped():
    def stop(_share: float, _what: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        grade({f"{n}.py": GOOD for n in range(50)}, draw(1, 3), progress=stop)


def test_a_folder_is_read_with_the_folders_in_it_and_no_link_is_followed(tmp_path, monkeypatch):
    (tmp_path / "b.py").write_bytes(b"b")
    (tmp_path / "notes.txt").write_bytes(b"no")
    (tmp_path / "Ann, 12").mkdir()
    (tmp_path / "Ann, 12" / "plan.py").write_bytes(b"ann")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.py").write_bytes(b"no")
    (tmp_path / "big.py").write_bytes(b"#" * (reading.MOST_BYTES + 1))
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    sources, unread = read_folder(tmp_path)
    assert dict(sources) == {"b.py": b"b", "Ann, 12/plan.py": b"ann"}
    assert dict(unread) == {
        "big.py": "holds more than 256 KiB",
        "link.py": "is no file but a link or a device; not followed",
    }
    monkeypatch.setattr(reading, "MOST_FILES", 2)
    with pytest.raises(TooLarge, match="more than 2 Python files"):
        read_folder(tmp_path)
    (tmp_path / "empty").mkdir()
    for folder, words in (("empty", "no Python file"), ("nowhere", "is no folder")):
        with pytest.raises(FormatError, match=words):
            read_folder(tmp_path / folder)


def test_the_json_tells_each_instance_of_each_row():
    instances = draw(2, 3)
    rows = grade({"n.py": NAIVE, "x.py": b"1 / 0"}, instances)
    told = grades_json(rows, instances, 2, {"y.py": "cannot be read"})
    assert told["seed"] == 2
    assert [row["rank"] for row in told["rows"]] == list(range(1, len(rows) + 1))
    failed = next(row for row in told["rows"] if row["name"] == "x.py")
    assert [part["peak"] for part in failed["instances"]] == [None] * 3
    assert failed["complaint"] == "line 1: ZeroDivisionError: division by zero"
    assert told["not_read"] == [{"name": "y.py", "reason": "cannot be read"}]
