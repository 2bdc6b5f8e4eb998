"""A predict net and its init net, built together: each layer adds an op and fills its weights.

    net = NetBuilder("two_layers")
    x = net.input("data", (1, 3, 32, 32))
    x = net.conv(x, "conv1", 3, 16, kernel=3, pad=1)      # Conv, and fills of conv1_w, conv1_b
    x = net.relu(x)                                       # in place, as Caffe2's exporters do
    net.output(x)

The init net holds fill operators (XavierFill, ConstantFill) with the shape of each weight and
no number of it, so that ResNet-50 takes kilobytes and still has all its sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod

from memplan.formats import netdef_pb2

__all__ = ["FLOAT", "INT32", "ArgValue", "NetBuilder"]

FLOAT = netdef_pb2.TensorProto.FLOAT
INT32 = netdef_pb2.TensorProto.INT32

ArgValue = int | float | str | Sequence[int] | Sequence[str] | netdef_pb2.NetDef


class NetBuilder:
    """Collects the ops of a predict net, the fills of its init net, and its input shapes.

    Attributes:
        predict: The net itself.
        init: One fill operator for each weight.
        inputs: (element type, dims) of each data input, as value_info.json holds them.
        parameters: Weights that training would change: their number of elements in all.
        statistics: Running means and variances: likewise, counted apart.
    """

    def __init__(self, name: str) -> None:
        self.predict = netdef_pb2.NetDef(name=name, type="simple")
        self.init = netdef_pb2.NetDef(name=f"{name}_init", type="simple")
        self.inputs: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.parameters = 0
        self.statistics = 0
        self._device: netdef_pb2.DeviceOption | None = None

    def input(self, name: str, dims: Sequence[int], dtype: int = FLOAT) -> str:
        """Declare a data input of a known shape."""
        self.predict.external_input.append(name)
        self.inputs[name] = (dtype, tuple(dims))
        return name

    def output(self, *names: str) -> None:
        """Declare external outputs."""
        self.predict.external_output.extend(names)

    def weight(
        self, name: str, dims: Sequence[int], fill: str = "XavierFill", **args: ArgValue
    ) -> str:
        """Declare a weight, and fill it in the init net."""
        self.predict.external_input.append(name)
        add_op(self.init, fill, (), (name,), {"shape": tuple(dims), **args})
        self.init.external_output.append(name)
        self.parameters += prod(dims)
        return name

    def op(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **args: ArgValue) -> str:
        """Append an op; return its first output."""
        op = add_op(self.predict, kind, inputs, outputs, args)
        if self._device is not None:
            op.device_option.CopyFrom(self._device)
        return outputs[0]

    def gradient(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **args: ArgValue
    ) -> str:
        """Append an op of the backward pass; return its first output."""
        self.op(kind, inputs, outputs, **args)
        self.predict.op[-1].is_gradient_op = True
        return outputs[0]

    @contextmanager
    def on(self, device: int) -> Iterator[None]:
        """Within this block ops run on `device`, a `DeviceTypeProto`, number 0 of its kind."""
        outer = self._device
        self._device = netdef_pb2.DeviceOption(device_type=device, device_id=0)
        try:
            yield
        finally:
            self._device = outer

    def conv(
        self,
        x: str,
        name: str,
        channels_in: int,
        channels: int,
        *,
        kernel: int,
        stride: int = 1,
        pad: int = 0,
        group: int = 1,
        bias: bool = True,
    ) -> str:
        """A 2-D convolution with square kernels; `group` = `channels_in` is depthwise."""
        weights = [self.weight(f"{name}_w", (channels, channels_in // group, kernel, kernel))]
        if bias:
            weights.append(self.weight(f"{name}_b", (channels,), "ConstantFill"))
        args: dict[str, ArgValue] = {"kernel": kernel}
        args |= {key: v for key, v, d in _conv_args(stride, pad, group) if v != d}
        return self.op("Conv", [x, *weights], [name], **args)

    def batch_norm(self, x: str, name: str, channels: int) -> str:
        """Batch normalisation with given statistics (test mode), written over its input."""
        scale = self.weight(f"{name}_s", (channels,), "ConstantFill", value=1.0)
        shift = self.weight(f"{name}_b", (channels,), "ConstantFill")
        mean = self.weight(f"{name}_rm", (channels,), "ConstantFill")
        variance = self.weight(f"{name}_riv", (channels,), "ConstantFill", value=1.0)
        self.parameters -= 2 * channels
        self.statistics += 2 * channels
        return self.op("SpatialBN", [x, scale, shift, mean, variance], [x], is_test=1)

    def relu(self, x: str, into: str | None = None) -> str:
        """Relu: in place, unless it is told where to."""
        return self.op("Relu", [x], [into or x])

    def max_pool(self, x: str, name: str, **args: ArgValue) -> str:
        """Maximum over windows; arguments as Caffe2 names them (kernel, stride, pad, pad_r …)."""
        return self.op("MaxPool", [x], [name], **args)

    def average_pool(self, x: str, name: str, **args: ArgValue) -> str:
        """Mean over windows, or over the whole image with ``global_pooling=1``."""
        return self.op("AveragePool", [x], [name], **args)

    def fc(self, x: str, name: str, features_in: int, features: int, **args: ArgValue) -> str:
        """A fully connected layer with bias; it flattens what it reads by itself."""
        weight = self.weight(f"{name}_w", (features, features_in))
        bias = self.weight(f"{name}_b", (features,), "ConstantFill")
        return self.op("FC", [x, weight, bias], [name], **args)

    def dropout(self, x: str, ratio: float) -> str:
        """Dropout in test mode: nothing but a name, in place and without its mask."""
        return self.op("Dropout", [x], [x], ratio=ratio, is_test=1)

    def concat(self, xs: Sequence[str], name: str) -> str:
        """Concat along channels; its second output is the split sizes, as in every export."""
        return self.op("Concat", xs, [name, f"_{name}_split"], axis=1)


def add_op(
    net: netdef_pb2.NetDef,
    kind: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    args: Mapping[str, ArgValue],
) -> netdef_pb2.OperatorDef:
    """Append an op to a message."""
    op = net.op.add(type=kind, input=inputs, output=outputs)
    for name, value in args.items():
        arg = op.arg.add(name=name)
        if isinstance(value, netdef_pb2.NetDef):
            arg.n.CopyFrom(value)
        elif isinstance(value, str):
            arg.s = value.encode()
        elif isinstance(value, float):
            arg.f = value
        elif isinstance(value, int):
            arg.i = value
        elif all(isinstance(v, int) for v in value):
            arg.ints.extend(v for v in value if isinstance(v, int))
        else:
            arg.strings.extend(str(v).encode() for v in value)
    return op


def _conv_args(stride: int, pad: int, group: int) -> tuple[tuple[str, int, int], ...]:
    """(argument, value, what it is when it is left out)."""
    return (("stride", stride, 1), ("pad", pad, 0), ("group", group, 1))
