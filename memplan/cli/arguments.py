"""What the arguments of the command line may hold; each says what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import click

from memplan.errors import MemplanError
from memplan.formats import parse_input_shape
from memplan.net import Role
from memplan.ops.schema import TensorType
from memplan.units import parse_bytes

__all__ = ["named_dims", "named_roles", "named_shapes", "seconds", "size"]


def named_shapes(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> dict[str, TensorType]:
    """Read each ``NAME=1,3,224,224[:dtype]``; the name ends at the last ``=``."""
    try:
        return dict(parse_input_shape(value) for value in values)
    except MemplanError as error:
        raise click.BadParameter(str(error)) from error


def named_roles(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> dict[str, Role]:
    """Read each ``NAME=ROLE``; the name ends at the last ``=``."""
    roles: dict[str, Role] = {}
    for value in values:
        name, _, role = value.rpartition("=")
        if not name or role not in set(Role):
            raise click.BadParameter(f"{value!r} is not NAME=ROLE; roles are {', '.join(Role)}")
        roles[name] = Role(role)
    return roles


def named_dims(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> dict[str, int]:
    """Read each ``NAME=NUMBER``; the name ends at the last ``=``."""
    dims: dict[str, int] = {}
    for value in values:
        name, _, number = value.rpartition("=")
        digits = number.strip()
        if not name or not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
            raise click.BadParameter(f"{value!r} is not NAME=NUMBER, as in batch=8")
        dims[name] = int(digits)
    return dims


def seconds(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> float | None:
    """Read a finite time above zero; NaN is none."""
    if value is None:
        return None
    try:
        time = float(value)
    except ValueError:
        time = math.nan
    if not 0 < time < math.inf:
        raise click.BadParameter(f"{value!r} is not a number of seconds above 0")
    return time


def size(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """Read a size such as ``256KiB`` or ``65536``."""
    if value is None:
        return None
    try:
        return parse_bytes(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    except OverflowError as error:
        raise click.BadParameter(f"{value[:20]}… is more than any memory holds") from error
