"""Reuse bugs of today's engines, of the kinds that their trackers tell, laid out by hand."""

from __future__ import annotations

from types import MappingProxyType

from memplan.museum.piece import BYTES, Piece, net_of
from memplan.net import Blob, DType, Net, Op
from memplan.plan import Placement
from memplan.rewrite import Assignment

__all__ = ["ENGINES"]

_ORT = "https://github.com/microsoft/onnxruntime"


def _at(**slots: int) -> Placement:
    """Blobs in slots of 64 bytes."""
    return Placement(MappingProxyType({name: BYTES * slot for name, slot in slots.items()}))


def _two_readers() -> Net:
    return net_of(
        ("Made", "data", "a"), ("Relu", "a", "b"), ("Tanh", "a", "c"), ("Sum", "b c", "out")
    )


def _two_streams() -> Net:
    return net_of(
        ("Made", "data", "a"),
        ("Made", "a", "left"),
        ("Made", "a", "right"),
        ("Made", "left", "left2"),
        ("Made", "right", "right2"),
        ("Sum", "left2 right2", "out"),
        type_="parallel",
    )


def _unread_output() -> Net:
    return net_of(("Made", "data", "a"), ("Dropout", "a", "b mask"), ("Made", "b", "out"))


def _fed() -> Net:
    return net_of(
        ("Made", "data", "a"), ("Made", "a", "first"), ("Sum", "data a", "out"), outputs="first out"
    )


def _two_conditions() -> Net:
    def branch(result: str) -> Net:
        ops = (Op("Relu", ("a",), (f"{result}_t",)), Op("Relu", (f"{result}_t",), (result,)))
        blobs = {n: Blob(n, (4, 4), DType.FLOAT32) for n in ("a", f"{result}_t", result)}
        return Net(result, ops, blobs, inputs=("a",), outputs=(result,))

    both = {k: {"then_net": branch(r), "else_net": branch(r)} for k, r in ((1, "r1"), (2, "r2"))}
    return net_of(
        ("Made", "data", "a"), ("If", "cond", "r1"), ("If", "cond", "r2"), ("Sum", "r1 r2", "out"),
        inputs="data cond", nets=both,
    )  # fmt: skip


def _alias_output() -> Net:
    return net_of(
        ("Made", "data", "a"), ("Alias", "a", "view"), ("Made", "a", "b"), ("Made", "b", "c"),
        ("Made", "c", "out"), outputs="view out",
    )  # fmt: skip


_SCRATCH = "If at step 2: nested nets"
ENGINES = (
    Piece(
        "onnxruntime_7645", "In place while another branch reads", "ONNX Runtime #7645",
        f"{_ORT}/pull/7645",
        "An output is written over an input that, where ops run in parallel, another op may still "
        "have to read.",
        _two_readers, _at(data=1, a=0, b=0, c=2, out=1),
    ),
    Piece(
        "onnxruntime_19480", "Reuse across streams", "ONNX Runtime #19480", f"{_ORT}/issues/19480",
        "Uses were counted stream by stream, so that a buffer was given away that another stream "
        "still had to read.",
        _two_streams, _at(data=4, a=0, left=1, right=2, left2=3, right2=1, out=0), parallel=True,
    ),
    Piece(
        "onnxruntime_21019", "An output without a reader", "ONNX Runtime #21019",
        f"{_ORT}/pull/21019",
        "An output that nobody reads was thought free at once, before its op had written it.",
        _unread_output, _at(data=0, a=1, b=2, mask=2, out=0),
    ),
    Piece(
        "onnxruntime_28359", "An output over a feed", "ONNX Runtime #28359", f"{_ORT}/issues/28359",
        "An output was laid over what the caller feeds, which a later op still had to read.",
        _fed, _at(data=0, a=1, first=0, out=2),
    ),
    Piece(
        "executorch_21490", "The arena of a branch over a live output", "ExecuTorch #21490",
        "https://github.com/pytorch/executorch/issues/21490",
        "The nets of two conditions shared one arena, and the result of the first still lay in it.",
        _two_conditions,
        Placement(MappingProxyType(
            {"data": 64, "a": 0, "cond": 256, "r1": 128, "r2": 192, "out": 64,
             "If at step 1: nested nets": 320, _SCRATCH: 128}
        )),
    ),
    Piece(
        "inductor_187678", "An alias of an output", "Inductor #187678",
        "https://github.com/pytorch/pytorch/issues/187678",
        "A buffer was given away after its own last read, though a view of it is an output.",
        _alias_output, Assignment({"c": "a"}),
    ),
)  # fmt: skip
