"""Programs that the installed torch exports: the same shapes, types and storages as in torch.

Beside them the arena that ExecuTorch plans, where that is installed as well. Neither is among the
tests' requirements: both are large.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from memplan.formats import InputFile, load
from memplan.liveness import storages
from memplan.net import Net
from memplan.ops.torch.sizes import size_in
from memplan.profiles import PROFILES
from memplan.study import Settings, prepare, study

torch = pytest.importorskip("torch", reason="torch is not installed")
nn = torch.nn


class Convolutions(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.last = nn.Linear(8 * 16 * 16, 10)

    def forward(self, x: Any) -> Any:
        x = torch.relu_(self.norm(self.first(x)))
        return self.last(torch.max_pool2d(x, 2).flatten(1)).softmax(-1)


class InPlace(nn.Module):  # type: ignore[misc, name-defined]
    def forward(self, x: Any, y: Any) -> Any:
        z = (x * 2).add_(1)
        flat = z.view(-1).relu_()
        z[0].mul_(3)
        y.add_(1)
        return z.t().contiguous(), flat.unsqueeze(0).expand(4, -1)


class Attention(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)

    def forward(self, x: Any) -> Any:
        return self.layer(x)


class Cache(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("cache", torch.zeros(1, 16, 8))

    def forward(self, x: Any) -> Any:
        self.cache.copy_(torch.cat([self.cache[:, 1:], x], 1))
        return (self.cache @ x.transpose(1, 2)).softmax(1)


MODULES: dict[str, tuple[Callable[[], Any], tuple[tuple[int, ...], ...]]] = {
    "convolutions": (Convolutions, ((2, 3, 32, 32),)),
    "in place": (InPlace, ((4, 8), (3,))),
    "attention": (Attention, ((2, 16, 32),)),
    "cache": (Cache, ((1, 1, 8),)),
}
FREE = {"attention": {"x": {0: "batch", 1: "length"}}, "convolutions": {"x": {0: "batch"}}}


def exported(name: str) -> tuple[Any, Net]:
    make, shapes = MODULES[name]
    given = tuple(torch.randn(shape) for shape in shapes)
    dims = {
        key: {axis: torch.export.Dim(called, min=2, max=512) for axis, called in axes.items()}
        for key, axes in FREE.get(name, {}).items()
    }
    program = torch.export.export(make().eval(), given, dynamic_shapes=dims or None)
    return program, read(program)


def read(program: Any) -> Net:
    out = io.BytesIO()
    torch.export.save(program, out)
    return load([InputFile("net.pt2", out.getvalue())])


def numbers(net: Net) -> dict[str, int]:
    return {name: hint for name, hint in net.symbols.items() if hint is not None}


def compare_values(program: Any, net: Net) -> None:
    for node in program.graph.nodes:
        value = node.meta.get("val")
        if not isinstance(value, torch.Tensor) or node.op == "output":
            continue
        blob = net.blob(node.name)
        assert blob.dtype is not None
        assert blob.dtype.label == str(value.dtype).removeprefix("torch.")
        assert len(blob.shape or ()) == len(value.shape)
        for turn in (1, 3):
            dims = {key: turn * hint + turn for key, hint in numbers(net).items()}
            for ours, theirs in zip(blob.shape or (), value.shape, strict=True):
                assert size_in(str(ours), dims) == size_in(str(theirs), dims), node.name


def compare_storages(program: Any, net: Net) -> None:
    """The program is run op by op; which values are one storage, and its bytes."""
    seen: dict[str, tuple[int, int]] = {}
    kept: list[Any] = []

    class Watched(torch.fx.Interpreter):  # type: ignore[misc, name-defined]
        def run_node(self, node: Any) -> Any:
            result = super().run_node(node)
            if isinstance(result, torch.Tensor):
                kept.append(result)
                memory = result.untyped_storage()
                seen[node.name] = memory.data_ptr(), memory.nbytes()
            return result

    with torch.no_grad():
        Watched(program.module()).run(*program.example_inputs[0])
    ours = {name: s for s in storages(prepare(net, dims=numbers(net))) for name in s.names}
    names = [name for name in seen if name in ours]
    assert len(names) > 3
    for name in names:
        assert ours[name].size == seen[name][1], name
        for other in names:
            assert (ours[name] is ours[other]) == (seen[name][0] == seen[other][0]), (name, other)


@pytest.mark.parametrize("name", MODULES)
def test_values_and_storages_are_torchs_own(name: str) -> None:
    program, net = exported(name)
    for each, read_net in ((program, net), (core := program.run_decompositions(), read(core))):
        compare_values(each, read_net)
        compare_storages(each, read_net)


@pytest.mark.parametrize("name", ["convolutions", "in place", "attention"])
def test_the_arena_is_as_large_as_executorch_plans_it(name: str) -> None:
    exir = pytest.importorskip("executorch.exir", reason="executorch is not installed")
    make, shapes = MODULES[name]
    given = tuple(torch.randn(shape) for shape in shapes)
    program = torch.export.export(make().eval(), given)
    plan = exir.to_edge(program).to_executorch().executorch_program.execution_plan[0]
    net = prepare(read(program.run_decompositions()))
    ours = study(net, PROFILES["executorch"].applied_to(Settings()))
    assert [0, ours.metrics.peak_bytes] == plan.non_const_buffer_sizes
