"""ONNX samples with free dims: a transformer block, a decoder with its cache, an LSTM in a Scan."""

from __future__ import annotations

from onnx_builder import OnnxNet
from sample import Group, Sample

__all__ = ["kv_cache", "lstm_scan", "transformer"]

WIDE, HEADS, HEAD, HIDDEN = 32, 4, 8, 128
SCALE = HEAD**-0.5


def _heads(net: OnnxNet, x: str, name: str) -> str:
    """Project, and put the heads before the positions: [batch, heads, positions, head]."""
    flat = net.dense(x, name, WIDE, WIDE)
    split = net.op("Reshape", flat, "by head", to=f"{name}.split")
    return net.op("Transpose", split, to=f"{name}.heads", perm=[0, 2, 1, 3])


def _attend(net: OnnxNet, query: str, key: str, value: str, mask: str | None = None) -> str:
    """Attention over all positions, and the heads joined again."""
    turned = net.op("Transpose", key, to="key.turned", perm=[0, 1, 3, 2])
    scores = net.op("MatMul", query, turned, to="scores")
    scores = net.op("Mul", scores, net.scalar("scale", SCALE), to="scaled")
    if mask is not None:
        scores = net.op("Add", scores, mask, to="masked")
    weights = net.op("Softmax", scores, to="attention", axis=-1)
    mixed = net.op("MatMul", weights, value, to="mixed")
    back = net.op("Transpose", mixed, to="mixed.back", perm=[0, 2, 1, 3])
    return net.dense(net.op("Reshape", back, "joined", to="mixed.flat"), "projection", WIDE, WIDE)


def _shapes(net: OnnxNet) -> None:
    # 0 keeps a dim as it is: batch and length stay free.
    net.ints("by head", (0, 0, HEADS, HEAD))
    net.ints("joined", (0, 0, WIDE))


def _feed_forward(net: OnnxNet, x: str) -> str:
    hidden = net.dense(net.norm(x, "norm2", WIDE), "up", WIDE, HIDDEN)
    return net.dense(net.op("Gelu", hidden, to="gelu"), "down", HIDDEN, WIDE)


def transformer() -> Sample:
    """One block with a mask; batch and length are free."""
    net = OnnxNet("transformer_block", {"batch": 1, "length": 128})
    x = net.input("x", ("batch", "length", WIDE))
    mask = net.input("mask", ("batch", 1, 1, "length"))
    _shapes(net)
    normed = net.norm(x, "norm1", WIDE)
    query, key, value = (_heads(net, normed, name) for name in ("query", "key", "value"))
    x = net.op("Add", x, _attend(net, query, key, value, mask), to="sum1")
    net.op("Add", x, _feed_forward(net, x), to="y")
    net.output("y", ("batch", "length", WIDE))
    return Sample(
        "transformer",
        "A transformer block",
        Group.IDEA,
        "The scores have a number for each pair of positions: with length they grow as its "
        "square, all else in a line. Change length in the sidebar, or plan for a range of it.",
        net,
    )


def kv_cache() -> Sample:
    """One step of a decoder, which keeps keys and values of all positions before."""
    net = OnnxNet("decoder_step", {"past": 127})
    x = net.input("x", (1, 1, WIDE))
    past = [net.input(f"past_{n}", (1, HEADS, "past", HEAD), state=True) for n in ("key", "value")]
    _shapes(net)
    normed = net.norm(x, "norm1", WIDE)
    query, key, value = (_heads(net, normed, name) for name in ("query", "key", "value"))
    key = net.op("Concat", past[0], key, to="present_key", axis=2)
    value = net.op("Concat", past[1], value, to="present_value", axis=2)
    x = net.op("Add", x, _attend(net, query, key, value), to="sum1")
    net.op("Add", x, _feed_forward(net, x), to="y")
    net.output("y", (1, 1, WIDE))
    for name in ("present_key", "present_value"):
        net.output(name, (1, HEADS, "past + 1", HEAD), state=True)
    return Sample(
        "kv_cache",
        "A decoder with its cache",
        Group.IDEA,
        "One token is worked out; keys and values of all before it are state, kept from run to "
        "run and alive at every step. Concat makes a new cache beside the old one: the two are "
        "more than three quarters of the peak.",
        net,
    )


def _cell() -> OnnxNet:
    """One turn of an LSTM: the state before and a row of the input, the state after."""
    cell = OnnxNet("cell", {})
    for name in ("h", "c", "row"):
        cell.input(name, (1, WIDE))
    both = cell.op("Concat", "row", "h", to="row and h", axis=1)
    cell.op("Gemm", both, "gates.w", "gates.b", to="gates")
    parts = ("input gate", "output gate", "forget gate", "candidate")
    cell.op("Split", "gates", to=[f"{part} in" for part in parts], axis=1, num_outputs=4)
    for part in parts:
        kind = "Tanh" if part == "candidate" else "Sigmoid"
        cell.op(kind, f"{part} in", to=part)
    kept = cell.op("Mul", "forget gate", "c", to="kept")
    added = cell.op("Mul", "input gate", "candidate", to="added")
    after = cell.op("Add", kept, added, to="c after")
    cell.op("Mul", "output gate", cell.op("Tanh", after, to="squashed"), to="h after")
    cell.op("Identity", "h after", to="h row")
    for name in ("h after", "c after", "h row"):
        cell.output(name, (1, WIDE))
    return cell


def lstm_scan() -> Sample:
    """An LSTM cell run by a Scan over the rows of a sequence."""
    net = OnnxNet("lstm_scan", {"length": 20})
    x = net.input("x", ("length", 1, WIDE))
    h, c = (net.input(name, (1, WIDE)) for name in ("h first", "c first"))
    net.weight("gates.w", (2 * WIDE, 4 * WIDE))
    net.weight("gates.b", (4 * WIDE,))
    made = ["h last", "c last", "rows"]
    net.op("Scan", h, c, x, to=made, body=_cell().graph(), num_scan_inputs=1)
    net.op("Relu", "rows", to="y")
    for name in made[:2]:
        net.output(name, (1, WIDE))
    net.output("y", ("length", 1, WIDE))
    return Sample(
        "lstm_scan",
        "An LSTM cell in a Scan",
        Group.IDEA,
        "Scan runs its body once for each row, always in the same scratch: the gates are counted "
        "once, however long the sequence. What the body carries on is held twice, as it is read "
        "and as it is written.",
        net,
    )
