"""What fill operators say of the blobs that they fill."""

import pytest

from memplan.errors import FormatError
from memplan.formats.init_net import filled_blobs, fills_only
from memplan.net import DType, Net, Op

DTYPES = {
    "GivenTensorFill": DType.FLOAT32,
    "GivenTensorDoubleFill": DType.FLOAT64,
    "GivenTensorBoolFill": DType.BOOL,
    "GivenTensorIntFill": DType.INT32,
    "GivenTensorInt64Fill": DType.INT64,
    "GivenTensorStringFill": DType.STRING,
    "GivenTensorByteStringToUInt8Fill": DType.UINT8,
    "Int8GivenTensorFill": DType.UINT8,
    "Int8GivenIntTensorFill": DType.INT32,
    "ConstantFill": DType.FLOAT32,
    "XavierFill": DType.FLOAT32,
    "MSRAFill": DType.FLOAT32,
    "GaussianFill": DType.FLOAT32,
    "UniformFill": DType.FLOAT32,
    "UniformIntFill": DType.INT32,
    "UniqueUniformFill": DType.INT32,
}


def filled(op_type, **args):
    return filled_blobs(Net(ops=(Op(op_type, (), ("w",), args=args),)), "init.pb")["w"]


@pytest.mark.parametrize(("op_type", "dtype"), DTYPES.items())
def test_shape_and_type(op_type, dtype):
    blob = filled(op_type, shape=(2, 3))
    assert (blob.shape, blob.dtype, blob.initialized) == ((2, 3), dtype, True)


@pytest.mark.parametrize(
    ("args", "dtype"),
    [
        ({"dtype": 10}, DType.INT64),
        ({"dtype": 2, "value": 1.0}, DType.INT32),
        ({"dtype": 12}, DType.FLOAT16),
        ({"dtype": 0}, None),
        ({"value": 3}, DType.INT64),
        ({"value": 3.0}, DType.FLOAT32),
    ],
)
def test_types_of_constants(args, dtype):
    assert filled("ConstantFill", shape=(2,), **args).dtype is dtype


def test_small_integers_are_kept():
    assert filled("GivenTensorInt64Fill", shape=(2,), values=(0, -1)).values == (0, -1)
    assert filled("ConstantFill", shape=(2, 2), value=7).values == (7, 7, 7, 7)
    assert filled("ConstantFill", shape=(3,), dtype=2).values == (0, 0, 0)
    assert filled("GivenTensorIntFill", shape=(65,), values=(1,) * 65).values is None
    assert filled("GivenTensorIntFill", shape=(3,), values=(1, 2)).values is None
    assert filled("GivenTensorFill", shape=(2,), values=(1.0, 2.0)).values is None


def test_shapes_written_otherwise():
    assert filled("GivenTensorFill").shape == ()
    assert filled("GivenTensorFill", shape=4).shape == (4,)
    assert filled("GivenTensorFill", shape=(4.0, 2.0)).shape == (4, 2)


@pytest.mark.parametrize(
    "shape", [(-1,), (0, 3), (2**62, 2**62), (2**61,), (1.5,), (b"3",), (1,) * 65]
)
def test_impossible_shapes(shape):
    with pytest.raises(FormatError, match=r"'w', filled by a GivenTensorFill in 'init.pb',"):
        filled("GivenTensorFill", shape=shape)


def test_what_is_no_fill_is_known_by_name_alone():
    net = Net(
        ops=(Op("Load", (), ("a", "b")), Op("ConstantFill", ("a",), ("c",), args={"shape": (2,)}))
    )
    blobs = filled_blobs(net, "init.pb")
    assert [(b.name, b.shape, b.initialized) for b in blobs.values()] == [
        ("a", None, True),
        ("b", None, True),
        ("c", None, True),
    ]
    assert not fills_only(net)
    assert not fills_only(Net())
