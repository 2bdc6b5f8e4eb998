"""A piece of the museum: a small net, a plan for it that is wrong, and where that was met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

from memplan.explain.brought import Verdict, verify_nets, verify_placement
from memplan.net import CPU, Blob, Device, DType, Net, Op
from memplan.plan import Placement
from memplan.planners.recycling import Recycler, RecyclingOptions
from memplan.planners.renaming import renamed
from memplan.rewrite import Assignment
from memplan.study import Settings, Study, prepare, study

__all__ = ["Asked", "Piece", "after", "net_of", "safe_study", "verdict_on", "wrong_assignment"]

BYTES = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A planner that answers wrongly, and what it was asked."""

    planner: str
    recycle: Recycler
    options: RecyclingOptions


@dataclass(frozen=True, slots=True)
class Piece:
    """One bug.

    Attributes:
        name: Of the piece, for links.
        source: Where it was met, in words; `url` leads there.
        line: What went wrong, in a sentence.
        make: The net, prepared.
        wrong: The plan: a planner of ours that keeps the bug, new names, or offsets.
        parallel: The ops run as soon as what they read is made.
    """

    name: str
    title: str
    source: str
    url: str
    line: str
    make: Callable[[], Net]
    wrong: Asked | Assignment | Placement
    parallel: bool = False


def net_of(
    *rows: tuple[str, str, str],
    inputs: str = "data",
    outputs: str = "out",
    gpu: tuple[int, ...] = (),
    type_: str = "",
    nets: dict[int, dict[str, Net]] | None = None,
) -> Net:
    """A prepared net of rows (type, what it reads, what it writes); each blob has 64 bytes.

    Args:
        gpu: The ops that run on a GPU.
        nets: Nested nets, by op.
    """
    inside = nets or {}
    ops = tuple(
        Op(kind, tuple(reads.split()), tuple(writes.split()),
           device=Device("cuda") if k in gpu else CPU, nets=MappingProxyType(inside.get(k, {})))
        for k, (kind, reads, writes) in enumerate(rows)
    )  # fmt: skip
    names = dict.fromkeys(name for op in ops for name in (*op.inputs, *op.outputs))
    blobs = {name: Blob(name, (4, 4), DType.FLOAT32) for name in names}
    return prepare(Net("", ops, blobs, tuple(inputs.split()), tuple(outputs.split()), type_))


def wrong_assignment(piece: Piece) -> Assignment | None:
    """The new names of a piece; None for one of offsets."""
    if isinstance(piece.wrong, Asked):
        return piece.wrong.recycle(piece.make(), piece.wrong.options)
    return piece.wrong if isinstance(piece.wrong, Assignment) else None


def after(piece: Piece) -> Net:
    """The net under the wrong names; or with the wrong offsets beside it."""
    net, names = piece.make(), wrong_assignment(piece)
    if names is not None:
        return renamed(net, names)
    assert isinstance(piece.wrong, Placement)
    return replace(net, placed=piece.wrong)


def verdict_on(piece: Piece) -> Verdict:
    """What the verifier says of it."""
    if isinstance(piece.wrong, Placement):
        return verify_placement(piece.make(), piece.wrong, parallel=piece.parallel)
    return verify_nets(piece.make(), after(piece), parallel=piece.parallel)


def safe_study(piece: Piece) -> Study:
    """The same net as the safe planner plans it."""
    planner = "safe_parallel" if piece.parallel else "safe"
    return study(piece.make(), Settings(planner, parallel=piece.parallel))
