"""Nets in TensorFlow Lite's format."""

from __future__ import annotations

from sample import Group, MadeFile, Sample
from tflite import BuiltinOperator, TensorType
from tflite_builder import Fields, Subgraph, TfliteBuilder

__all__ = ["mobilenet_block"]

_SAME, _NONE, _RELU6 = 0, 0, 3
_CONV, _DEPTHWISE, _ADD = 1, 2, 11  # their tables of options, by number in BuiltinOptions


def mobilenet_block() -> Sample:
    """An inverted residual of MobileNet v2, quantised: 1 x 1 up, 3 x 3 depthwise, 1 x 1 down."""
    model = TfliteBuilder()
    graph = model.subgraph("mobilenet_block")
    x = graph.tensor("input", (1, 24, 24, 16))
    y = _conv(graph, x, "expand", (24, 16, 96), _RELU6)
    y = _depthwise(graph, y, "depthwise", (24, 96))
    y = _conv(graph, y, "project", (24, 96, 16), _NONE)
    total = graph.tensor("sum", (1, 24, 24, 16))
    graph.inputs = [x]
    graph.outputs = [
        graph.op(BuiltinOperator.ADD, [x, y], [total], (_ADD, {0: ("b", _NONE)})),
    ]
    file = MadeFile("net.tflite", model.to_bytes(), len(graph.operators), model.parameters)
    return Sample(
        "mobilenet_block",
        "A MobileNet block, quantised",
        Group.IDEA,
        "A TensorFlow Lite model of one byte an element. The block is six times as wide inside, "
        "so expand and depthwise, of 54 KiB each, are the peak, with the 9 KiB of input, which "
        "waits for the sum.",
        file,
    )


def _conv(graph: Subgraph, x: int, name: str, dims: tuple[int, int, int], activation: int) -> int:
    """A 1 x 1 convolution; `dims`: side of the image, channels in, channels out."""
    side, channels_in, channels = dims
    filters = graph.weight(f"{name}/filter", (channels, 1, 1, channels_in))
    bias = graph.weight(f"{name}/bias", (channels,), TensorType.INT32)
    y = graph.tensor(name, (1, side, side, channels))
    options: Fields = {0: ("b", _SAME), 1: ("i", 1), 2: ("i", 1), 3: ("b", activation)}
    return graph.op(BuiltinOperator.CONV_2D, [x, filters, bias], [y], (_CONV, options))


def _depthwise(graph: Subgraph, x: int, name: str, dims: tuple[int, int]) -> int:
    """A 3 x 3 convolution of each channel by itself."""
    side, channels = dims
    filters = graph.weight(f"{name}/filter", (1, 3, 3, channels))
    bias = graph.weight(f"{name}/bias", (channels,), TensorType.INT32)
    y = graph.tensor(name, (1, side, side, channels))
    strides: Fields = {0: ("b", _SAME), 1: ("i", 1), 2: ("i", 1)}
    options: Fields = {**strides, 3: ("i", 1), 4: ("b", _RELU6)}
    return graph.op(
        BuiltinOperator.DEPTHWISE_CONV_2D, [x, filters, bias], [y], (_DEPTHWISE, options)
    )
