"""Small studies made by hand, and names that mean something to every place they are shown in."""

from __future__ import annotations

from memplan.net import Blob, Device, DType, Net, Op
from memplan.plan import LiveRange
from memplan.roles import assign_roles
from memplan.study import Settings, Study, study
from memplan.views.graph import GraphEdge, GraphNode, GraphView, NodeKind

DEFAULTS = Settings()

HOSTILE = (
    "<b>x</b>",
    r"\N",
    'say "hi"',
    "two\nlines",
    "nul\0byte",
    "&lt;i&gt;",
    "$e=mc^2$",
    "%{x} {0}",
    "=1+1",
    "{a|b}",
    "<<i>html</i>>",
    "\u202eright to left",
    "x" * 500,
)


def floats(name: str, *dims: int | None, **more: object) -> Blob:
    return Blob(name, dims, DType.FLOAT32, **more)


def studied(
    ops: tuple[Op, ...],
    blobs: tuple[Blob, ...],
    inputs: tuple[str, ...] = ("data",),
    outputs: tuple[str, ...] = (),
    settings: Settings = DEFAULTS,
) -> Study:
    net = Net("made", ops, {blob.name: blob for blob in blobs}, inputs, outputs)
    return study(assign_roles(net), settings)


def small(settings: Settings = DEFAULTS) -> Study:
    """A chain with a weight, an op in place, a skip, and one blob of unknown size.

    op 0: Conv data, w → a   1: Relu a → a   2: Copy a → b   3: Copy b → c   4: Sum c, b → d
    op 5: Where d → rows     6: FC d, rows → out
    """
    ops = (
        Op("Conv", ("data", "w"), ("a",), "first"),
        Op("Relu", ("a",), ("a",)),
        Op("Copy", ("a",), ("b",)),
        Op("Copy", ("b",), ("c",)),
        Op("Sum", ("c", "b"), ("d",)),
        Op("Where", ("d",), ("rows",)),
        Op("Mul", ("d", "rows"), ("out",)),
    )
    blobs = (
        floats("data", 1, 64),
        floats("w", 8, 8, initialized=True),
        *(floats(name, 1, 256) for name in "abcd"),
        floats("rows", None, 4, unknown="the number of rows depends on the data"),
        floats("out", 1, 16),
    )
    return studied(ops, blobs, outputs=("out",), settings=settings)


def hostile() -> Study:
    """A chain in which every blob and every op type has a hostile name."""
    ops = tuple(Op(a, (a,), (b,), b) for a, b in zip(HOSTILE, (*HOSTILE[1:], "end"), strict=True))
    blobs = tuple(floats(name, 1, 100 + i) for i, name in enumerate((*HOSTILE, "end")))
    return studied(ops, blobs, (HOSTILE[0],), ("end",))


def nested() -> Study:
    """An If whose branch reads `outer` and writes `result`, both known outside."""
    branch = Net(ops=(Op("Relu", ("outer",), ("inside",)), Op("Copy", ("inside",), ("result",))))
    ops = (
        Op("Copy", ("data",), ("outer",)),
        Op("If", ("flag",), (), nets={"then_net": branch}),
        Op("Copy", ("result",), ("out",)),
    )
    names = ("data", "outer", "flag", "result", "out")
    return studied(ops, tuple(floats(n, 1, 8) for n in names), ("data", "flag", "result"), ("out",))


def chain(length: int) -> Study:
    """A long chain whose sizes go up and down, each third op skipping three back."""
    names = ["data", *(f"b{i}" for i in range(length))]
    ops = tuple(
        Op("Sum", (names[i], names[max(0, i - 3)]) if i % 3 == 0 else (names[i],), (names[i + 1],))
        for i in range(length)
    )
    blobs = tuple(floats(name, 1, 16 + (i * 37) % 101) for i, name in enumerate(names))
    return studied(ops, blobs, outputs=(names[-1],))


def forked(length: int, branches: int = 4, depth: int = 3) -> Study:
    """A net of about `length` ops: branches that fork and join, again and again."""
    names, ops, last = ["data"], [], "data"
    for block in range(length // (branches * depth + 1)):
        ends = []
        for branch in range(branches):
            before = last
            for step in range(depth):
                names.append(f"block{block}/branch{branch}/{step}")
                ops.append(Op(("Conv", "Relu", "MaxPool")[step % 3], (before,), (names[-1],)))
                before = names[-1]
            ends.append(before)
        names.append(f"block{block}/join")
        ops.append(Op("Sum", tuple(ends), (names[-1],)))
        last = names[-1]
    blobs = tuple(floats(name, 1, 16 + (i * 37) % 1009) for i, name in enumerate(names))
    return studied(tuple(ops), blobs, outputs=(last,))


def two_devices() -> Study:
    """Two ops on the CPU, one on a GPU between them."""
    gpu = Device("cuda", 0)
    ops = (
        Op("Copy", ("data",), ("a",)),
        Op("Relu", ("a",), ("b",), device=gpu),
        Op("Copy", ("b",), ("out",)),
    )
    return studied(ops, tuple(floats(n, 1, 8) for n in ("data", "a", "b", "out")), outputs=("out",))


def folded() -> GraphView:
    """A blob, a fold of three ops, and what it writes."""
    nodes = (
        GraphNode("n0", NodeKind.BLOB, "data", "1 KiB · #0", "data", live=LiveRange(0, 1)),
        GraphNode(
            "f1",
            NodeKind.FOLD,
            "block 1",
            "3 ops",
            "block 1",
            live=LiveRange(0, 3),
            members=3,
        ),
        GraphNode("n7", NodeKind.BLOB, "out", "1 KiB · #1", "out", step=2, live=LiveRange(2, 4)),
    )
    return GraphView(nodes, (GraphEdge("n0", "f1"), GraphEdge("f1", "n7")))
