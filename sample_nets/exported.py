"""A program as torch.export writes it."""

from __future__ import annotations

from typing import Any

from pt2_builder import LONG, Program
from sample import Group, MadeFile, Sample

__all__ = ["attention_program", "exported_attention"]

_WIDTH, _HEADS = 64, 4
_EACH = _WIDTH // _HEADS
_LENGTH = "s0"  # as torch.export calls the first free dim


def exported_attention() -> Sample:
    """Self-attention over a free number of tokens, with a counter that is kept."""
    program, result = attention_program()
    file = MadeFile(
        "net.pt2",
        program.to_bytes([result]),
        len(program.nodes),
        program.parameters,
        dims=program.examples,
    )
    return Sample(
        "exported_attention",
        "Attention, exported by PyTorch",
        Group.IDEA,
        "A program of torch.export with a free length, s0. Eleven of its ops are views: they move "
        "nothing. What takes memory are scores, scaled and softmax, two at a time, in the square "
        "of the length. The counter is written in place and kept from run to run: state.",
        file,
    )


def attention_program() -> tuple[Program, str]:
    """The program, and what it gives."""
    program = Program("exported_attention", {_LENGTH: 128})
    w_in = program.parameter("p_in_weight", (3 * _WIDTH, _WIDTH))
    w_out = program.parameter("p_out_weight", (_WIDTH, _WIDTH))
    steps = program.buffer("b_steps", (1,), LONG)
    x = program.input("x", (_LENGTH, _WIDTH))
    one: dict[str, Any] = {"other": {"as_int": 1}}
    program.op("aten.add_.Tensor", [steps], "add_", (1,), settings=one, dtype=LONG)
    both = program.op("aten.linear.default", [x, w_in], "linear", (_LENGTH, 3 * _WIDTH))
    query, key, value = (_head(program, both, k) for k in range(3))
    row, square = (_HEADS, _EACH, _LENGTH), (_HEADS, _LENGTH, _LENGTH)
    turned = program.op("aten.transpose.int", [key], "turned", row, strides=(_EACH, 1, 3 * _WIDTH))
    scores = program.op("aten.matmul.default", [query, turned], "scores", square)
    scaled = program.op(
        "aten.mul.Tensor", [scores], "scaled", square, settings={"other": {"as_float": 0.25}}
    )
    weights = program.op("aten.softmax.int", [scaled], "softmax", square)
    seen = program.op("aten.matmul.default", [weights, value], "seen", (_HEADS, _LENGTH, _EACH))
    back = program.op(
        "aten.transpose.int",
        [seen],
        "back",
        (_LENGTH, _HEADS, _EACH),
        strides=(_EACH, f"{_EACH}*{_LENGTH}", 1),
    )
    joined = program.op("aten.reshape.default", [back], "joined", (_LENGTH, _WIDTH))
    out = program.op("aten.linear.default", [joined, w_out], "out", (_LENGTH, _WIDTH))
    return program, program.op("aten.add_.Tensor", [out, x], "sum_1", (_LENGTH, _WIDTH))


def _head(program: Program, both: str, place: int) -> str:
    """Query, key or value: a slice of what one matrix made, seen as heads. Views, all of it."""
    name = ("query", "key", "value")[place]
    flat = program.op(
        "aten.slice.Tensor",
        [both],
        f"{name}_flat",
        (_LENGTH, _WIDTH),
        strides=(3 * _WIDTH, 1),
        settings={"dim": {"as_int": 1}, "start": {"as_int": place * _WIDTH}},
    )
    heads = program.op(
        "aten.view.default",
        [flat],
        f"{name}_heads",
        (_LENGTH, _HEADS, _EACH),
        strides=(3 * _WIDTH, _EACH, 1),
    )
    return program.op(
        "aten.transpose.int",
        [heads],
        name,
        (_HEADS, _LENGTH, _EACH),
        strides=(_EACH, 3 * _WIDTH, 1),
    )
