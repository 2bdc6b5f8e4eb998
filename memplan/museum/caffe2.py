"""Known bugs of Caffe2's memonger, as our planners that keep them answer."""

from __future__ import annotations

from memplan.museum.piece import Asked, Piece, net_of
from memplan.net import Net, Op
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.caffe2_interference import caffe2_interference
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.recycling import RecyclingOptions

__all__ = ["CAFFE2"]

_CORE = "https://github.com/pytorch/pytorch/blob/v1.10.2/caffe2/core/memonger.cc"
_PYTHON = "https://github.com/pytorch/pytorch/blob/v1.10.2/caffe2/python/memonger.py"
_ENDS = frozenset({"data", "out"})


def _dag(heads: str, shareable: str, **more: object) -> Asked:
    options = RecyclingOptions(tuple(heads.split()), shareable=frozenset(shareable.split()), **more)  # type: ignore[arg-type]
    return Asked("caffe2_dag", caffe2_dag, options)


def _simple(static: frozenset[str] = _ENDS) -> Asked:
    return Asked("caffe2_simple", caffe2_simple, RecyclingOptions(static=static))


def _lines(static: frozenset[str]) -> Asked:
    return Asked("caffe2_interference", caffe2_interference, RecyclingOptions(static=static))


def _aliased() -> Net:
    return net_of(
        ("Relu", "data", "a"),
        ("Alias", "a", "v"),
        ("Negative", "v", "n"),
        ("Negative", "n", "c"),
        ("Negative", "c", "d"),
        ("Sum", "v d", "out"),
    )


def _rewritten() -> Net:
    return net_of(
        ("Relu", "data", "x"),
        ("Relu", "x", "y"),
        ("Relu", "y", "z"),
        ("Relu", "data", "x"),
        ("Relu", "z", "out"),
    )


def _false_edges() -> Net:
    return net_of(
        ("Foo", "x", "x0"),
        ("Foo", "x0", "a8"),
        ("Foo", "w x0", "a11"),
        ("Foo", "a8", "w"),
        ("Foo", "a11", "out"),
        inputs="x w",
    )


def _made_in_place() -> Net:
    return net_of(
        ("Foo", "z", "q"), ("Foo", "q", "a"), ("Bar", "a", "b"), ("Foo", "b", "q"),
        inputs="z", outputs="q",
    )  # fmt: skip


def _input_in_place() -> Net:
    return net_of(("Relu", "data", "a"), ("Relu", "data", "data"), ("Sum", "a data", "out"))


def _chain() -> Net:
    return net_of(
        ("Relu", "data", "a"), ("Relu", "a", "b"), ("Relu", "b", "c"), ("Relu", "c", "out")
    )


def _taken_name() -> Net:
    return net_of(
        ("Relu", "data", "a"), ("Relu", "a", "b"), ("Relu", "b", "c"), ("Relu", "c", "d"),
        ("Sum", "d __m0_shared", "out"), inputs="data __m0_shared",
    )  # fmt: skip


def _late_reader() -> Net:
    return net_of(
        ("Relu", "data", "a"), ("Relu", "a", "b"), ("Relu", "b", "c"), ("Relu", "c", "out"),
        ("Relu", "a", "late"), outputs="out late",
    )  # fmt: skip


def _branch() -> Net:
    inner = Net(
        "branch",
        (Op("Relu", ("a",), ("t",)), Op("Relu", ("t",), ("c",)), Op("Sum", ("a", "c"), ("c",))),
        inputs=("a",),
        outputs=("c",),
    )
    return net_of(
        ("Relu", "data", "a"), ("Relu", "a", "b"), ("AsyncIf", "cond b", "c"), ("Relu", "c", "out"),
        inputs="data cond", nets={2: {"then_net": inner}},
    )  # fmt: skip


def _entered_too_early() -> Net:
    rows = [("Relu", a, b) for a, b in ("xq", "qr", "rs")]
    rows += [("Relu", "b", "dont"), ("Relu", "s", "t"), ("Relu", "t", "u")]
    rows += [("Sum", "dont s", "out1"), ("Relu", "u", "out2")]
    return net_of(*rows, inputs="b x", outputs="out1 out2")


def _two_devices() -> Net:
    return net_of(
        ("Relu", "data", "a"), ("Relu", "a", "b"), ("Relu", "b", "c"), ("Relu", "c", "out"),
        gpu=(0, 1),
    )  # fmt: skip


def _moved_write() -> Net:
    rows = [("Relu", "data", "a"), ("Relu", "a", "b"), ("Relu", "b", "c"), ("Sum", "a c", "d")]
    rows += [("Relu", "other", "a"), ("Sum", "a d", "out")]
    return net_of(*rows, inputs="data other")


CAFFE2 = (
    Piece(
        "caffe2_alias", "The source of an alias", "Caffe2, memonger.cc", _CORE,
        "An Alias is taken for a copy, so that its source is free while the alias is still read.",
        _aliased, _simple(),
    ),
    Piece(
        "caffe2_alias_dag", "The source of an alias, in the DAG pass", "Caffe2, memonger.cc", _CORE,
        "The DAG pass takes an Alias for a copy too.",
        _aliased, _dag("data", "a v n c d"),
    ),
    Piece(
        "caffe2_rewritten", "Written again after its last read", "Caffe2, memonger.cc", _CORE,
        "The linear pass thinks a blob dead after its last read, though it is written again later.",
        _rewritten, _simple(),
    ),
    Piece(
        "caffe2_false_edges", "Written after it was read", "Caffe2, memonger.cc", _CORE,
        "In the DAG pass a write to a name that was read before makes edges that are not there.",
        _false_edges, _dag("w x", "x0 a8 a11"),
    ),
    Piece(
        "caffe2_made_in_place", "An op made in place", "Caffe2, memonger.cc", _CORE,
        "A blob that is written twice gets the memory of what the second op reads.",
        _made_in_place, _dag("z", "q a b"),
    ),
    Piece(
        "caffe2_output", "An output under another name", "Caffe2, memonger.cc", _CORE,
        "An external output that was not said to be static is renamed like any other blob.",
        _chain, _simple(frozenset({"data"})),
    ),
    Piece(
        "caffe2_input_in_place", "An input that is written in place", "Caffe2, memonger.cc", _CORE,
        "An external input that an op writes in place gets a new name, which nobody feeds.",
        _input_in_place, _simple(frozenset({"out"})),
    ),
    Piece(
        "caffe2_taken_name", "A name that was taken", "Caffe2, memonger.cc", _CORE,
        "The DAG pass gives names without looking whether the net has them already.",
        _taken_name, _dag("data", "a b c d"),
    ),
    Piece(
        "caffe2_late_reader", "A reader that was not looked at", "Caffe2, memonger.cc", _CORE,
        "Ops outside those that the DAG pass is given do not keep what they read alive.",
        _late_reader, _dag("data", "a b c", op_indices=(0, 1, 2, 3)),
    ),
    Piece(
        "caffe2_nested", "A reader in a branch", "Caffe2, memonger.cc", _CORE,
        "What the net of a branch reads, and its op does not list, is thought dead.",
        _branch, _dag("data cond", "a b c"),
    ),
    Piece(
        "caffe2_dont_share", "An op entered too early", "Caffe2, memonger.cc", _CORE,
        "A blob that is not to be shared is not waited for: its reader is entered before its turn.",
        _entered_too_early,
        _dag("b x", "q r s t u dont", dont_share=frozenset({"dont"})),
    ),
    Piece(
        "caffe2_devices", "One name on two devices", "Caffe2, memonger.cc", _CORE,
        "The linear pass does not look where ops run: the CPU gets a blob that lies on the GPU.",
        _two_devices, _simple(),
    ),
    Piece(
        "caffe2_moved_write", "A write moved before a read", "Caffe2, memonger.py", _PYTHON,
        "The order of ops forgets that the old value must be read before a name is written anew.",
        _moved_write, _lines(frozenset({"data", "other", "out", "a"})),
    ),
)  # fmt: skip
