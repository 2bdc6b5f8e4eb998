"""What a schema says beside shapes: parameters, aliases, in-place; and how arguments are read."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest

from memplan.errors import InvalidNet
from memplan.net import Net, Op
from memplan.ops import CAFFE2_OPS, DIALECTS, schema_of
from memplan.ops.schema import (
    Contradiction,
    OpSchema,
    arg_float,
    arg_int,
    arg_ints,
    arg_text,
    arg_texts,
    how_to_give,
    label,
)


def op(**args):
    return Op("Foo", ("x",), ("y",), args=MappingProxyType(args))


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("Conv", {1, 2}),
        ("ConvTranspose", {1, 2}),
        ("FC", {1, 2}),
        ("SpatialBN", {1, 2, 3, 4}),
        ("PRelu", {1}),
        ("Gather", {0}),
        ("SparseLengthsSum", {0}),
        ("Int8Conv", {1, 2}),
        ("Int8FC", {1, 2}),
        ("AffineChannel", {1, 2}),
        ("Relu", set()),
        ("Sum", set()),
    ],
)
def test_parameters(kind, parameters):
    assert schema_of("caffe2", kind).parameters == parameters


def test_an_alias_is_its_source():
    assert schema_of("caffe2", "Alias").aliases == ((0, 0),)
    assert schema_of("caffe2", "Copy").aliases == ()


def test_unknown_operators_and_dialects():
    assert schema_of("caffe2", "NoSuchOperator") is None
    assert schema_of("nobody's", "Relu") is None
    assert schema_of(Net(dialect="caffe2"), "Relu") is CAFFE2_OPS["Relu"]
    assert DIALECTS["caffe2"] is CAFFE2_OPS


def test_the_table_is_read_only_and_each_entry_is_under_its_name():
    with pytest.raises(TypeError):
        CAFFE2_OPS["Relu"] = OpSchema("Relu")  # type: ignore[index]
    assert all(name == schema.type for name, schema in CAFFE2_OPS.items())


def test_every_in_place_pair_is_allowed_by_the_real_library(shared):
    truth = json.loads((shared / "vectors" / "memonger" / "schemas.json").read_text())
    wrong = {
        name: pair
        for name, schema in CAFFE2_OPS.items()
        if name in truth
        for pair in schema.in_place
        if list(pair) not in truth[name]["inplace_allowed"]
    }
    assert wrong == {}


def test_no_operator_asks_for_more_inputs_than_the_real_library_takes(shared):
    truth = json.loads((shared / "vectors" / "memonger" / "schemas.json").read_text())
    wrong = [
        name
        for name, schema in CAFFE2_OPS.items()
        if name in truth
        and truth[name]["max_in"] is not None
        and schema.min_inputs > truth[name]["max_in"]
    ]
    assert wrong == []


def test_a_contradiction_is_an_invalid_net():
    assert issubclass(Contradiction, InvalidNet)


def test_arguments_of_the_wrong_type_are_as_if_missing():
    assert arg_int(op(k=b"three"), "k", 7) == 7
    assert arg_int(op(k=3.0), "k", 7) == 3
    assert arg_int(op(k=3.5), "k", 7) == 7
    assert arg_float(op(k=b"x"), "k", 0.5) == 0.5
    assert arg_float(op(k=10**400), "k", 0.5) == 0.5
    assert arg_ints(op(k=(1.5,)), "k") is None
    assert arg_ints(op(k=3), "k") == (3,)
    assert arg_text(op(k=3), "k", "no") == "no"
    assert arg_texts(op(k=(b"a", b"\xff")), "k") == ("a", "\ufffd")


def test_a_hostile_name_never_stands_bare_in_a_sentence():
    assert how_to_give("a b; rm") == "give it with --input NAME=… or in the sidebar"
    assert "\n" not in label(Op("F\noo", (), ("x\ny",)))
    assert label(Op("Free", (), ())) == "Free"
