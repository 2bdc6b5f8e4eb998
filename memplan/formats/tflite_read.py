"""A TensorFlow Lite model as a `Net`.

The first subgraph is the net. Those that its ops call (IF, WHILE, CALL_ONCE, CALL) are nested
nets; their tensors have names that no other subgraph has, since a call copies what it is given.
Tensors come by number in the file: `Net.blobs` keeps their order, which is the order in which
an engine asks for their memory. A tensor with content is a weight, a variable one is state.

A dim that the shape signature leaves free (-1) has the size that the shape gives: engines run
a model at that size unless they are told another. `free_dims` tells which these are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.flatbuffer import BrokenBuffer, Table, root_of
from memplan.formats.limits import MAX_NETS_DEEP, MAX_OPS
from memplan.formats.tflite_offline import offsets_in
from memplan.formats.tflite_options import args_of
from memplan.formats.tflite_tables import (
    SUBGRAPHS,
    CodeField,
    ModelField,
    OpField,
    SubgraphField,
    TensorField,
)
from memplan.formats.tflite_tensors import Parts
from memplan.net import Arg, Net, Op
from memplan.ops.tflite.names import CUSTOM, builtin_name

__all__ = ["free_dims", "net_from_tflite", "tensor_names"]

_A_TENSOR = 16  # units of the budget, each about as much memory as an element of a tuple
_AN_OP = 16


def net_from_tflite(data: bytes, file: str) -> Net:
    """Read a model.

    Args:
        file: The name of the file, for messages.

    Raises:
        FormatError: An offset leads out of the file, an op names a tensor that is not there,
            subgraphs call one another in a circle, or the offline plan is of other tensors.
        TooLarge: The parts of the file are shared so often that they would not fit into memory.
    """
    try:
        return _Reader(data, file).main()
    except BrokenBuffer as broken:
        raise FormatError(f"{quoted(file)} is damaged: {broken}; get the file again") from None


def tensor_names(data: bytes, file: str) -> tuple[str, ...]:
    """The names that `net_from_tflite` gives the tensors of the first subgraph, by number."""
    return tuple(net_from_tflite(data, file).blobs)


def free_dims(data: bytes, file: str) -> Mapping[str, tuple[int, ...]]:
    """The dims of the first subgraph's tensors that the shape signature leaves free.

    Raises:
        FormatError: As `net_from_tflite`.
    """
    names = tensor_names(data, file)
    reader = _Reader(data, file)
    found = {}
    for name, tensor in zip(names, reader.tensors(0), strict=True):
        free = tuple(i for i, dim in enumerate(reader.signature(tensor)) if dim == -1)
        if free:
            found[name] = free
    return found


@dataclass(slots=True)
class _Reader:
    """One file: the nets read so far, and those that are being read around this one."""

    data: bytes
    file: str
    model: Table = field(init=False)
    subgraphs: tuple[int, ...] = field(init=False)
    parts: Parts = field(init=False)
    codes: tuple[str, ...] = field(init=False)
    nets: dict[int, Net] = field(default_factory=dict)
    weight: dict[int, int] = field(default_factory=dict)
    calling: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model = root_of(self.data)
        self.subgraphs = self.model.tables(ModelField.SUBGRAPHS)
        self.parts = Parts(self.model, self.file)
        self.codes = tuple(map(self._code, self.model.tables(ModelField.OPERATOR_CODES)))

    def main(self) -> Net:
        if not self.subgraphs:
            raise FormatError(f"{quoted(self.file)} holds no subgraph; there is nothing to plan")
        net = self.net(0)
        total = sum(
            self.model.child(at).length(SubgraphField.TENSORS, 4) for at in self.subgraphs[:1000]
        )
        offsets = offsets_in(self.model, self.file, (len(net.blobs), total))
        if offsets is None:
            return net
        pairs = zip(net.blobs.values(), offsets, strict=False)
        return net.with_blobs({b.name: b if at < 0 else replace(b, offset=at) for b, at in pairs})

    def net(self, number: int) -> Net:
        """Read a subgraph, once however often it is called, with those that it calls."""
        if number in self.calling:
            raise FormatError(
                f"{quoted(self.file)}: subgraph {number} calls itself, directly or through "
                "others, so that its memory has no bound; correct the model"
            )
        if number not in self.nets:
            if len(self.calling) > MAX_NETS_DEEP:
                raise TooLarge(
                    f"{quoted(self.file)} nests subgraphs more than {MAX_NETS_DEEP} deep"
                )
            self.calling.append(number)
            self.nets[number] = self._subgraph(number)
            self.calling.pop()
        return self.nets[number]

    def tensors(self, number: int) -> list[Table]:
        """The tensors of a subgraph."""
        if not 0 <= number < len(self.subgraphs):
            raise FormatError(
                f"{quoted(self.file)}: an op calls subgraph {number}, but there are "
                f"{len(self.subgraphs)}; the file is damaged"
            )
        graph = self.model.child(self.subgraphs[number])
        places = graph.tables(SubgraphField.TENSORS)
        self.parts.take(_A_TENSOR * len(places))
        return [graph.child(at) for at in places]

    def signature(self, tensor: Table) -> tuple[int, ...]:
        """The dims of a tensor with -1 where they are free; empty where none is."""
        self.parts.take(tensor.length(TensorField.SIGNATURE, 4))
        return tensor.numbers(TensorField.SIGNATURE)

    def _subgraph(self, number: int) -> Net:
        tensors = self.tensors(number)
        graph = self.model.child(self.subgraphs[number])
        blobs = [self.parts.blob(tensor, number, i) for i, tensor in enumerate(tensors)]
        names = tuple(blob.name for blob in blobs)
        places = graph.tables(SubgraphField.OPERATORS)
        self.parts.take(_AN_OP * len(places))
        where = f"subgraph {number}"
        ops = tuple(
            self._op(graph.child(at), names, f"op {step} of {where}")
            for step, at in enumerate(places)
        )
        self._bound_calls(number, ops)
        return Net(
            name=self.parts.text(graph, SubgraphField.NAME),
            ops=ops,
            blobs=MappingProxyType({blob.name: blob for blob in blobs}),
            inputs=self._names(graph.numbers(SubgraphField.INPUTS), names, where),
            outputs=self._names(graph.numbers(SubgraphField.OUTPUTS), names, where),
            dialect="tflite",
        )

    def _bound_calls(self, number: int, ops: Sequence[Op]) -> None:
        """A subgraph that is called from many places is walked as often: 2 to the depth."""
        called = (op.args[part] for op in ops for part in op.nets)
        inside = sum(self.weight[key] for key in called if isinstance(key, int))
        self.weight[number] = 1 + len(ops) + inside
        if self.weight[number] > MAX_OPS:
            raise TooLarge(
                f"{quoted(self.file)} holds more than {MAX_OPS:,} ops, those of a subgraph "
                "counted for each op that calls it; open a part of the model"
            )

    def _op(self, op: Table, names: tuple[str, ...], where: str) -> Op:
        code = op.number(OpField.CODE, "I")
        if code >= len(self.codes):
            raise FormatError(
                f"{quoted(self.file)}: {where} has the operator code {code}, but there are "
                f"{len(self.codes)}; the file is damaged"
            )
        kind = self.codes[code]
        numbers = op.numbers(OpField.INPUTS)
        args = args_of(op)
        # An input that is left out is -1; where others follow, its position would be lost.
        omitted = tuple(i for i, number in enumerate(numbers) if number == -1)
        if omitted:
            args["omitted_inputs"] = omitted
        self._note_intermediates(op, names, where, args)
        inner = SUBGRAPHS.get(kind, ())
        nets = {
            part: self.net(called) for part in inner if isinstance(called := args.get(part), int)
        }
        return Op(
            type=kind,
            inputs=self._names(numbers, names, where),
            outputs=self._names(op.numbers(OpField.OUTPUTS), names, where),
            args=MappingProxyType(args),
            nets=MappingProxyType(nets),
        )

    def _note_intermediates(
        self, op: Table, names: tuple[str, ...], where: str, args: dict[str, Arg]
    ) -> None:
        """An LSTM's intermediates carry scales alone: nobody reads them or writes them."""
        found = self._names(op.numbers(OpField.INTERMEDIATES), names, where)
        if found:
            args["intermediates"] = tuple(name.encode("utf-8", "replace") for name in found)

    def _names(self, numbers: Sequence[int], names: tuple[str, ...], where: str) -> tuple[str, ...]:
        """Tensors by number; -1 stands for one that is left out."""
        self.parts.take(len(numbers))
        found = []
        for number in numbers:
            if not -1 <= number < len(names):
                raise FormatError(
                    f"{quoted(self.file)}: {where} names tensor {number}, but there are "
                    f"{len(names)}; the file is damaged"
                )
            if number >= 0:
                found.append(names[number])
        return tuple(found)

    def _code(self, at: int) -> str:
        code = self.model.child(at)
        # Codes above 127 do not fit the old field, which then holds a stand-in.
        number = max(code.number(CodeField.DEPRECATED, "b"), code.number(CodeField.BUILTIN, "i"))
        self.parts.take(1)
        if number != CUSTOM:
            return builtin_name(number)
        return f"CUSTOM:{self.parts.text(code, CodeField.CUSTOM)}"
