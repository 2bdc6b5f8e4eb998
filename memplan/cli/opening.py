"""Open the net that the arguments name: its files, what the user adds to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from memplan.cli.arguments import named_dims, named_roles, named_shapes
from memplan.cli.files import read_file
from memplan.errors import FormatError, InvalidNet, quoted
from memplan.formats import InputFile, Part, load, read_shapes_json
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.shapes import examples
from memplan.study import prepare

__all__ = ["Opening", "net_options"]

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Opening:
    """The net's files, and what the user knows that they do not say."""

    net: Path
    init: Path | None
    value_info: Path | None
    with_plan: Path | None
    shapes: Path | None
    inputs: Mapping[str, TensorType]
    dims: Mapping[str, int]
    roles: Mapping[str, Role]

    def prepared(self) -> Net:
        """Read the files and give every blob its role, shape and size.

        Raises:
            FormatError: A file cannot be read, or is not what it should be.
            InvalidNet: The net contradicts itself, or what the user added contradicts it.
        """
        net = load(self.files())
        known = set(_names(net))
        for name in self.inputs:
            # Shapes that come in a file may be of more blobs than this net has.
            if name not in known:
                raise InvalidNet(f"--input {quoted(name)}: the net has no such blob")
        return prepare(net, self._given(), self.roles, dims=self._dims(net))

    def assumed(self, net: Net) -> Mapping[str, int]:
        """Free dims of a prepared net that have the file's own example for a number."""
        return {n: d for n, d in examples(net, self._given()).items() if n not in self.dims}

    def spare(self, out: Path) -> None:
        """Refuse a file to write that is one of those to read.

        Raises:
            FormatError: `out` is one of them, under whatever name.
        """
        read = (self.net, self.init, self.value_info, self.with_plan, self.shapes)
        if any(_same(out, path) for path in read if path is not None):
            raise FormatError(f"--out {quoted(str(out))} is a file that the net is read from")

    def _given(self) -> Mapping[str, TensorType]:
        """What the file of shapes and the options say; the options win."""
        if self.shapes is None:
            return self.inputs
        return read_shapes_json(read_file(self.shapes), str(self.shapes)) | dict(self.inputs)

    def _dims(self, net: Net) -> Mapping[str, int]:
        return {**examples(net, self._given()), **self.dims}

    def files(self) -> list[InputFile]:
        """The net's files, with the part that each plays."""
        named = (
            (self.net, Part.PREDICT),
            (self.init, Part.INIT),
            (self.value_info, Part.VALUE_INFO),
            (self.with_plan, Part.PLAN),
        )
        return [InputFile(str(p), read_file(p), part) for p, part in named if p is not None]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False  # one of them is not there


def _names(net: Net) -> Iterator[str]:
    yield from net.names()
    for op in net.ops:
        for nested in op.nets.values():
            yield from _names(nested)


_OPTIONS = (
    click.argument("net", metavar="NET", type=_FILE),
    click.option("--init", metavar="FILE", type=_FILE, help="Init net: fills the weights."),
    click.option("--value-info", metavar="FILE", type=_FILE, help="value_info.json of the net."),
    click.option(
        "--with-plan",
        metavar="FILE",
        type=_FILE,
        help="A plan of this net as JSON: it is shown and checked.",
    ),
    click.option(
        "--shapes", metavar="FILE", type=_FILE, help="JSON of {blob: dims} for what you know."
    ),
    click.option(
        "--input",
        "inputs",
        metavar="NAME=DIMS[:DTYPE]",
        multiple=True,
        callback=named_shapes,
        help="Shape of a blob, as in data=1,3,224,224; repeat for more.",
    ),
    click.option(
        "--dim",
        "dims",
        metavar="NAME=NUMBER",
        multiple=True,
        callback=named_dims,
        help="A dim that the file leaves free, as in batch=8; repeat for more.",
    ),
    click.option(
        "--role",
        "roles",
        metavar="NAME=ROLE",
        multiple=True,
        callback=named_roles,
        help=f"What a blob is to the net ({', '.join(Role)}); repeat for more.",
    ),
)


def net_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the arguments that open a net, and hand them to it as one `Opening`."""

    @wraps(command)
    def with_opening(**arguments: Any) -> Any:
        parts = {field.name: arguments.pop(field.name) for field in fields(Opening)}
        return command(Opening(**parts), **arguments)

    for option in reversed(_OPTIONS):
        with_opening = option(with_opening)
    return with_opening
