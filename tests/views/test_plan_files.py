import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from memplan.views.plan_files import CSV_COLUMNS, plain_cell, plan_csv, plan_json, safe_cell
from tests.views.made_studies import HOSTILE, hostile, nested, small


def read(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_holds_the_plan():
    study = small()
    rows = read(plan_csv(study))
    assert tuple(rows[0]) == CSV_COLUMNS
    buffers = {b.name: b for b in study.problem.buffers}
    assert [r["name"] for r in rows] == list(buffers)
    for r in rows:
        buffer = buffers[r["name"]]
        assert (int(r["begin"]), int(r["end"])) == (buffer.live.begin, buffer.live.end)
        assert r["size"] == ("" if buffer.size is None else str(buffer.size))
        offset = study.plan.offsets.get(buffer.name)
        assert r["offset"] == ("" if offset is None else str(offset))


def test_csv_cells_are_no_formulas_and_read_back():
    rows = read(plan_csv(hostile()))
    assert [plain_cell(r["name"]) for r in rows] == [*HOSTILE, "end"]
    for r in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in r.values())


@given(st.text(st.characters(blacklist_categories=("Cs",))))
def test_every_cell_reads_back(text):
    cell = safe_cell(text)
    assert plain_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_csv_can_be_written_whatever_the_names():
    assert "\ud800" not in safe_cell("half a pair: \ud800")
    plan_csv(hostile()).encode()


def test_json_has_the_keys_that_are_promised():
    for study in (small(), hostile(), nested()):
        plan = plan_json(study)
        assert json.loads(json.dumps(plan)) == plan
        assert list(plan) == [
            *("net", "ops", "blobs", "unknown", "complete", "weights_bytes", "naive_bytes"),
            *("max_live_bytes", "lower_bound_bytes", "peak_bytes", "proven", "witness", "unsafe"),
            *("planner", "nodes", "seconds", "alignment", "spaces", "buffers"),
        ]
        for buffer in plan["buffers"]:
            assert list(buffer) == [*CSV_COLUMNS, "alignment", "gaps", "windows"]


def test_json_says_what_is_unknown_and_proves_nothing_then():
    plan = plan_json(small())
    assert plan["complete"] is False
    assert plan["unknown"] == [{"name": "rows", "reason": "the number of rows depends on the data"}]
    assert (plan["proven"], plan["witness"]) == (False, None)
    assert plan["weights_bytes"] == 256


def test_a_proof_comes_with_its_witness():
    plan = plan_json(hostile())
    assert plan["proven"] is True
    sizes = {b["name"]: b["size"] for b in plan["buffers"]}
    witness = plan["witness"]
    assert witness["bytes"] == plan["peak_bytes"] == sum(sizes[n] for n in witness["buffers"])
