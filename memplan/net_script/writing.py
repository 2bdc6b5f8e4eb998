"""A net as a text that can be read again."""

from __future__ import annotations

from memplan.formats.net_text_args import args_text
from memplan.net import Blob, DType, Net, made_names
from memplan.net_script.names import joined, read_first, written

__all__ = ["net_text"]


def net_text(net: Net) -> str:
    """A net as a text that `read_script` takes: ops, and a size for all that has one.

    Nested nets and devices are left out, and arguments that a line cannot say; a name has one
    size, its largest.
    """
    lines = []
    made = set(made_names(net))
    external = tuple(dict.fromkeys((*net.inputs, *(n for n in net.names() if n not in made))))
    if external != read_first(net.ops):
        lines.append(f"inputs {joined(external)}")
    lines += [line for name in external for line in _size_line(net.blob(name))]
    seen: set[str] = set()
    for op in net.ops:
        reads = f" {joined(op.inputs)}" if op.inputs else ""
        args = args_text(op.args)
        lines.append(f"{written(op.type)}{reads} -> {joined(op.outputs)} {args}".rstrip())
        for name in op.outputs:
            if name not in seen and name not in external:
                lines += _size_line(net.blob(name))
            seen.add(name)
    if net.outputs:
        lines.append(f"outputs {joined(net.outputs)}")
    return "\n".join(lines) + "\n"


def _size_line(blob: Blob) -> list[str]:
    if blob.nbytes is None or blob.shape is None or blob.dtype is None:
        return []
    weight = " weight" if blob.initialized else ""
    if blob.largest and blob.largest == blob.nbytes:
        return [f"{written(blob.name)}: {blob.nbytes} B{weight}"]
    if blob.dtype is DType.UINT8 and len(blob.shape) == 1:
        return [f"{written(blob.name)}: {blob.shape[0]} B{weight}"]
    dims = "x".join(map(str, blob.shape)) or "scalar"
    plain = blob.dtype is DType.FLOAT32 and len(blob.shape) != 1
    kind = "" if plain or not blob.shape else f" {blob.dtype.label}"
    return [f"{written(blob.name)}: {dims}{kind}{weight}"]
