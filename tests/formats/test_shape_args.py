"""Shapes on the command line and as JSON."""

import json

import pytest

from memplan.errors import FormatError, TooLarge
from memplan.formats import parse_input_shape, read_shapes_json
from memplan.net import DType


@pytest.mark.parametrize(
    ("text", "name", "shape", "dtype"),
    [
        ("x=1,3,224,224", "x", (1, 3, 224, 224), DType.FLOAT32),
        ("a=b=2,3", "a=b", (2, 3), DType.FLOAT32),
        ("a:b,c=2:int64", "a:b,c", (2,), DType.INT64),
        ("--x= 2 , 3 : float16 ", "--x", (2, 3), DType.FLOAT16),
        ("x=1:UINT8", "x", (1,), DType.UINT8),
        ("s=", "s", (), DType.FLOAT32),
        ("\xff=1:bool", "\xff", (1,), DType.BOOL),
    ],
)
def test_inputs(text, name, shape, dtype):
    found, known = parse_input_shape(text)
    assert (found, known.shape, known.dtype) == (name, shape, dtype)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "",
        "=1,2",
        "x=1,,2",
        "x=1,2,",
        "x=-1,2",
        "x=0",
        "x=1.5",
        "x=a",
        "x=1:float99",
        "x=1:",
        "x=1:int8:int8",
        "x=4294967296,4294967296",
        "x=" + "9" * 5000,
        "x=\u0663",
        "x=" + "1," * 64 + "1",
        "x\ny=-1",
    ],
)
def test_bad_inputs(text):
    with pytest.raises(FormatError) as caught:
        parse_input_shape(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_real_files_of_shapes(caffe2_nets):
    files = sorted(caffe2_nets.glob("*/input_shapes.json"))
    assert len(files) == 6
    for path in files:
        truth = json.loads(path.read_text())
        found = read_shapes_json(path.read_bytes())
        assert {name: list(known.shape) for name, known in found.items()} == truth


def test_forms_of_entries():
    found = read_shapes_json(b'{"a": [2, null], "b": [10, [3]], "c": ["half", []], "d": null}')
    assert found["a"].shape == (2, None)
    assert (found["b"].shape, found["b"].dtype) == ((3,), DType.INT64)
    assert (found["c"].shape, found["c"].dtype) == ((), DType.FLOAT16)
    assert found["d"].shape is None


def test_too_many_names():
    entries = ",".join(f'"{n}":[1]' for n in range(200_001))
    with pytest.raises(TooLarge):
        read_shapes_json(b"{" + entries.encode() + b"}")
