import csv
import io
import json
import struct

import pytest

from memplan.errors import MemplanError
from memplan.export import EXPORTS
from tests.views.made_studies import chain, hostile, nested, small


def test_the_table_is_by_name_and_no_two_files_have_one_name():
    assert all(name == entry.name for name, entry in EXPORTS.items())
    assert len({entry.ending for entry in EXPORTS.values()}) == len(EXPORTS)
    assert [entry.name for entry in EXPORTS.values() if not entry.text] == ["png"]


@pytest.mark.parametrize("make", [small, hostile, nested, lambda: chain(20)])
@pytest.mark.parametrize("entry", EXPORTS.values(), ids=EXPORTS)
def test_every_format_of_every_net_is_made_whatever_the_names(entry, make):
    study = make()
    if entry.why_not(study) is not None:
        with pytest.raises(MemplanError):
            entry.make(study)
        return
    content = entry.make(study)
    assert content
    if entry.text:
        assert content.decode("utf-8")


def test_each_is_what_it_says():
    study = small()
    possible = {name: entry for name, entry in EXPORTS.items() if entry.why_not(study) is None}
    assert set(EXPORTS) - set(possible) == {
        "minimalloc",
        "minimalloc-plan",
        "c-header",
    }  # a size is unknown
    files = {name: entry.make(study) for name, entry in possible.items()}
    assert len(list(csv.reader(io.StringIO(files["csv"].decode())))) == 1 + len(
        study.problem.buffers
    )
    assert json.loads(files["json"])["peak_bytes"] == study.metrics.peak_bytes
    assert json.loads(files["trace"])["otherData"]["peak_bytes"] == study.metrics.peak_bytes
    assert files["dot"].startswith(b"digraph net {")
    assert files["svg"].startswith(b"<?xml")
    assert files["html"].startswith(b"<!doctype html>")
    assert files["png"].startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", files["png"][16:24])
    assert height > width > 100


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "json"])
def test_equal_studies_give_equal_bytes(name):
    make = small if EXPORTS[name].why_not(small()) is None else lambda: chain(20)
    assert EXPORTS[name].make(make()) == EXPORTS[name].make(make())
