"""Convolutions and pools. Sizes are worked out by hand from Caffe2's formulas:

out = floor((in + head + tail - (dilation * (kernel - 1) + 1)) / stride) + 1
legacy_pad 1 (VALID) without pads, 2 (SAME) ceil(in / stride), 3 (Caffe) rounds up
"""

from __future__ import annotations

import pytest

from tests.ops.making import made, shape_of, sized

NHWC = {"order": b"NHWC"}


@pytest.mark.parametrize(
    ("data", "weights", "args", "expected"),
    [
        # (224 - 11) / 4 = 53.25
        ((1, 3, 224, 224), (96, 3, 11, 11), {"kernel": 11, "stride": 4}, (1, 96, 54, 54)),
        ((1, 3, 8, 8), (4, 3, 3, 3), {"kernel": 3, "pad": 1}, (1, 4, 8, 8)),
        ((1, 3, 8, 8), (4, 3, 3, 3), {"kernels": (3, 3), "pads": (1, 1, 1, 1)}, (1, 4, 8, 8)),
        # kernel 3 x 5, top + bottom 1 + 0, left + right 2 + 2, stride 1 x 2
        (
            (2, 3, 8, 9),
            (4, 3, 3, 5),
            {
                "kernel_h": 3,
                "kernel_w": 5,
                "pad_t": 1,
                "pad_l": 2,
                "pad_b": 0,
                "pad_r": 2,
                "stride_h": 1,
                "stride_w": 2,
            },
            (2, 4, 7, 5),
        ),
        ((1, 3, 9, 9), (4, 3, 3, 3), {"kernel": 3, "dilation": 2}, (1, 4, 5, 5)),
        ((1, 3, 9, 9), (4, 3, 3, 3), {"kernels": (3, 3), "dilations": (2, 1)}, (1, 4, 5, 7)),
        # The filter of a grouped convolution has the channels of one group.
        ((1, 8, 5, 5), (8, 1, 3, 3), {"kernel": 3, "group": 8}, (1, 8, 3, 3)),
        ((1, 9, 9, 3), (4, 3, 3, 3), {"kernel": 3, **NHWC}, (1, 7, 7, 4)),
        ((1, 3, 10), (4, 3, 3), {"kernels": (3,), "strides": (2,)}, (1, 4, 4)),
        ((1, 10, 3), (4, 3, 3), {"kernels": (3,), **NHWC}, (1, 8, 4)),
        (
            (1, 3, 6, 7, 8),
            (4, 3, 3, 3, 3),
            {"kernels": (3, 3, 3), "pads": (1, 0, 0, 1, 0, 0)},
            (1, 4, 6, 5, 6),
        ),
        ((1, 3, 8, 8), (4, 3, 3, 3), {"kernel": 3, "stride": 2, "legacy_pad": 1}, (1, 4, 3, 3)),
        ((1, 3, 7, 8), (4, 3, 3, 3), {"kernel": 3, "stride": 2, "legacy_pad": 2}, (1, 4, 4, 4)),
    ],
)
def test_conv(data, weights, args, expected):
    assert made("Conv", [data, weights], args) == [(expected, "float32")]


def test_the_filters_own_size_is_not_looked_at():
    # As in Caffe2's inference: the argument decides, though the op would fail when run.
    assert shape_of("Conv", [(1, 3, 9, 9), (4, 3, 7, 7)], {"kernel": 3}) == (1, 4, 7, 7)


def test_the_bias_tells_the_channels_of_an_unknown_filter():
    assert shape_of("Conv", [(1, 3, 9, 9), None, (4,)], {"kernel": 3}) == (1, 4, 7, 7)


def test_an_unknown_filter_leaves_the_channels_open():
    (blob,) = sized("Conv", [(1, 3, 800, 800), None], {"kernel": 7, "stride": 2, "pad": 3})
    assert blob.shape == (1, None, 400, 400)
    assert blob.nbytes is None
    assert blob.unknown.startswith("Conv 'out0' needs the shape of 'in1'; ")
    assert "--input in1=" in blob.unknown


@pytest.mark.parametrize(
    ("inputs", "args", "said"),
    [
        ([(1, 3, 2, 2), (4, 3, 3, 3)], {"kernel": 3}, "window of 3 is larger than 'in0'"),
        ([(1, 5, 8, 8), (4, 3, 3, 3)], {"kernel": 3}, "'in1' takes other channels than 'in0'"),
        ([(1, 6, 8, 8), (3, 3, 3, 3)], {"kernel": 3, "group": 2}, "do not divide into 2 groups"),
        ([(1, 3, 8, 8), (4, 3, 3, 3), (5,)], {"kernel": 3}, "(5 and 4)"),
        ([(1, 3, 8, 8), (4, 3, 3, 3)], {}, "kernel is missing"),
        ([(1, 3, 8, 8), (4, 3, 3, 3)], {"kernel": 0}, "must be 1 or more"),
        ([(1, 3, 8, 8), (4, 3, 3, 3)], {"kernel": 3, "stride": -1}, "must be 1 or more"),
        ([(1, 3, 8, 8), (4, 3, 3, 3)], {"kernel": 3, "pad": -1}, "must not be negative"),
        ([(1, 3, 8, 8), (4, 3, 3, 3)], {"kernels": (3, 3, 3)}, "has 3 entries"),
        ([(1, 3, 8, 8), (4, 3, 3)], {"kernel": 3}, "unlike ranks"),
        ([(8, 8), (4, 3, 3, 3)], {"kernel": 3}, "'in0' has the shape [8, 8]"),
        ([(1, 3, 8, 8), (4, 3, 3, 3)], {"kernel": 3, "legacy_pad": 9}, "legacy_pad 9"),
        ([(1, 3, 8, 8)], {"kernel": 3}, "needs 2 inputs or more, but has 1"),
    ],
)
def test_conv_contradictions(inputs, args, said):
    (blob,) = sized("Conv", inputs, args)
    assert blob.shape is None
    assert said in blob.unknown
    assert "Conv 'out0'" in blob.unknown


@pytest.mark.parametrize(
    ("data", "weights", "args", "expected"),
    [
        # six strides of 2, the kernel of 4, less a pad of 1 at both ends
        ((1, 8, 7, 7), (8, 3, 4, 4), {"kernel": 4, "stride": 2, "pad": 1}, (1, 3, 14, 14)),
        ((1, 8, 7, 7), (8, 3, 3, 3), {"kernel": 3, "stride": 2, "adj": 1}, (1, 3, 16, 16)),
        ((1, 8, 7, 7), (8, 3, 2, 2), {"kernel": 2, "group": 2}, (1, 6, 8, 8)),
        ((1, 7, 7, 8), (8, 2, 2, 3), {"kernel": 2, "stride": 2, **NHWC}, (1, 14, 14, 3)),
    ],
)
def test_conv_transpose(data, weights, args, expected):
    assert shape_of("ConvTranspose", [data, weights], args) == expected


@pytest.mark.parametrize(
    ("data", "args", "expected"),
    [
        ((1, 64, 112, 112), {"kernel": 3, "stride": 2}, (1, 64, 55, 55)),
        # Caffe rounds 54.5 strides up
        ((1, 64, 112, 112), {"kernel": 3, "stride": 2, "legacy_pad": 3}, (1, 64, 56, 56)),
        # Three strides and one: the last window begins at 6, before the tail pad at 7.
        ((1, 1, 6, 6), {"kernel": 2, "stride": 2, "pad": 1, "legacy_pad": 3}, (1, 1, 4, 4)),
        # Two and a half strides, up, and one: the last would begin at 6, in the tail pad.
        ((1, 1, 5, 5), {"kernel": 2, "stride": 2, "pad": 1, "legacy_pad": 3}, (1, 1, 3, 3)),
        ((2, 5, 7, 9), {"global_pooling": 1}, (2, 5, 1, 1)),
        ((2, 5, 7, 9), {"global_pooling": 1, "kernel": 0, "legacy_pad": 3}, (2, 5, 1, 1)),
        ((2, 7, 9, 5), {"global_pooling": 1, **NHWC}, (2, 1, 1, 5)),
        ((2, 5, 9), {"kernels": (3,)}, (2, 5, 7)),
        ((1, 9, 9, 5), {"kernel": 3, "stride": 3, **NHWC}, (1, 3, 3, 5)),
        (
            (1, 1024, 6, 6),
            {"kernel": 7, "stride": 1, "pad_l": 0, "pad_t": 0, "pad_r": 1, "pad_b": 1},
            (1, 1024, 1, 1),
        ),
    ],
)
@pytest.mark.parametrize("kind", ["MaxPool", "AveragePool"])
def test_pools(kind, data, args, expected):
    assert made(kind, [data], args) == [(expected, "float32")]


def test_max_pool_with_index_tells_where():
    assert made("MaxPoolWithIndex", [(1, 4, 8, 8)], {"kernel": 2, "stride": 2}, 2) == [
        ((1, 4, 4, 4), "float32"),
        ((1, 4, 4, 4), "int32"),
    ]


@pytest.mark.parametrize("kind", ["Int8MaxPool", "Int8AveragePool"])
def test_int8_pools_have_their_channels_last(kind):
    assert made(kind, [(1, 8, 8, 3)], {"kernel": 2, "stride": 2}) == [((1, 4, 4, 3), "uint8")]


def test_int8_conv_has_its_channels_last():
    inputs = [(1, 8, 8, 3), (16, 3, 3, 3), (16,)]
    assert made("Int8ConvRelu", inputs, {"kernel": 3, "pad": 1}) == [((1, 8, 8, 16), "uint8")]
