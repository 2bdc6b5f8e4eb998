from memplan.liveness import live_bytes
from memplan.net import Op
from memplan.views.tables import blob_table, op_table, peak_table
from tests.views.made_studies import floats, hostile, nested, small, studied


def row(table, name):
    return table[table["blob"] == name].iloc[0]


def test_blob_table_has_a_row_for_every_name():
    for study in (small(), nested(), hostile()):
        assert list(blob_table(study)["blob"]) == list(study.net.names())


def test_blob_table_tells_who_makes_and_reads():
    table = blob_table(small())
    a = row(table, "a")
    assert (a["made by"], a["read by"]) == ("0 Conv, 1 Relu", "1 Relu, 2 Copy")
    assert (a["begin"], a["end"], a["bytes"]) == (0, 3, 1024)
    weight = row(table, "w")
    assert (weight["role"], weight["note"]) == ("weight", "not planned")
    assert weight["why this role"] == "filled by the init net"


def test_an_unknown_size_comes_with_its_reason():
    rows = row(blob_table(small()), "rows")
    assert rows["bytes"] is None or rows.isna()["bytes"]
    assert rows["shape"] == "[?, 4]"
    assert "depends on the data" in rows["note"]


def test_an_input_that_nothing_reads_is_listed():
    ops = (Op("Copy", ("data",), ("out",)),)
    blobs = tuple(floats(n, 4) for n in ("data", "idle", "out"))
    table = blob_table(studied(ops, blobs, ("data", "idle"), ("out",)))
    assert row(table, "idle")["note"] == "not counted"


def test_op_table_holds_the_bytes_alive():
    study = small()
    table = op_table(study)
    assert list(table["alive bytes"]) == list(live_bytes(study.problem))
    assert list(table["type"]) == [op.type for op in study.net.ops]


def test_peak_table_adds_up_to_the_peak():
    for study in (small(), nested()):
        table = peak_table(study)
        assert table["bytes"].sum() == study.metrics.max_live.bytes
        assert abs(table["share"].sum() - 1) < 1e-9
        assert list(table["bytes"]) == sorted(table["bytes"], reverse=True)
