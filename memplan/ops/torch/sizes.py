"""Sizes that are expressions of free dims, as torch.export writes them: read, shown, worked out.

Old files have them in Python's notation (``2*s0 + 1``), newer ones as sympy spells trees
(``Mul(Integer(2), Symbol('s0', integer=True))``). Both are read by Python's own grammar into a
tree of this module's; nothing in them is ever run.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

__all__ = ["read_size", "size_in", "symbols_in"]

_LONGEST = 2000  # characters; real ones have some dozens, spelt as trees some hundreds
_DEEPEST = 40
_LARGEST = 2**63
_NESTED = 60  # brackets: Python's own parser gives up at 200


@dataclass(frozen=True, slots=True)
class Call:
    """A function of sizes."""

    name: str
    parts: tuple[Fraction | str | Call, ...]


class _NotRead(Exception):
    """The text is no size."""


@lru_cache(maxsize=16384)
def read_size(text: str) -> str | int | None:
    """Return a size in one notation: a number, else text that `size_in` takes; None if it is none.

    >>> read_size("Mul(Integer(2), Symbol('s0', positive=True, integer=True))"), read_size("s0*2")
    ('2*s0', 's0*2')
    >>> read_size("Add(Integer(3), Integer(4))"), read_size("__import__('os')")
    (7, None)
    """
    try:
        tree = _tree(text)
    except _NotRead:
        return None
    if not any(_names(tree)):
        return _number(tree, MappingProxyType({}))
    return _shown(tree)


def size_in(text: str, dims: Mapping[str, int]) -> int | None:
    """Work a size out; None where a dim is missing, or it comes to none that a tensor can have.

    >>> size_in("2*s0 + Max(s1, 4)", {"s0": 8, "s1": 3}), size_in("s0//2", {"s0": 7})
    (20, 3)
    >>> size_in("s0*s1", {"s0": 2}), size_in("s0 - 5", {"s0": 2}), size_in("1/s0", {"s0": 0})
    (None, None, None)
    """
    try:
        return _number(_tree(text), dims)
    except _NotRead:
        return None


def symbols_in(text: str) -> tuple[str, ...]:
    """The free dims that a size is made of, each once, in order.

    >>> symbols_in("2*s1 + s0*s1")
    ('s1', 's0')
    """
    try:
        return tuple(dict.fromkeys(_names(_tree(text))))
    except _NotRead:
        return ()


@lru_cache(maxsize=16384)
def _tree(text: str) -> Fraction | str | Call:
    brackets = depth = 0
    for character in text[: _LONGEST + 1]:
        depth += (character in "([{") - (character in ")]}")
        brackets = max(brackets, depth)
    if len(text) > _LONGEST or brackets > _NESTED or text.count("**") > _DEEPEST:
        raise _NotRead
    try:
        return _read(ast.parse(text.strip(), mode="eval").body, 0)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _NotRead from None


def _read(node: ast.expr, depth: int) -> Fraction | str | Call:
    if depth > _DEEPEST:
        raise _NotRead
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return Call("Mul", (Fraction(-1), _read(node.operand, depth + 1)))
    if isinstance(node, ast.BinOp):
        name = _OPERATORS.get(type(node.op))
        if name is not None:
            return Call(name, (_read(node.left, depth + 1), _read(node.right, depth + 1)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, node.args, depth + 1)
    raise _NotRead


def _constant(value: object) -> Fraction:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    real = isinstance(value, float) and math.isfinite(value) and abs(value) < _LARGEST
    if not (whole or real):
        raise _NotRead
    assert isinstance(value, int | float)
    return Fraction(value)


def _call(name: str, arguments: list[ast.expr], depth: int) -> Fraction | str | Call:
    if name == "Symbol":
        first = arguments[0] if arguments else None
        symbol = first.value if isinstance(first, ast.Constant) else None
        if not isinstance(symbol, str) or not symbol.isidentifier():
            raise _NotRead
        return symbol
    if name == "Float" and arguments and isinstance(arguments[0], ast.Constant):
        try:
            return _constant(float(arguments[0].value))  # type: ignore[arg-type]  # or TypeError
        except (TypeError, ValueError):
            raise _NotRead from None
    parts = tuple(_read(argument, depth) for argument in arguments)
    if name in ("Integer", "Rational", "Identity", "ToFloat") and parts:
        return parts[0] if len(parts) == 1 else Call("IntTrueDiv", parts)
    if name not in _FUNCTIONS or not parts:
        raise _NotRead
    return Call(name, parts)


def _names(tree: Fraction | str | Call) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Call):
        for part in tree.parts:
            yield from _names(part)


def _number(tree: Fraction | str | Call, dims: Mapping[str, int]) -> int | None:
    try:
        value = _worked_out(tree, dims)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return None
    return int(value) if value.denominator == 1 and value >= 0 else None


def _worked_out(tree: Fraction | str | Call, dims: Mapping[str, int]) -> Fraction:
    if isinstance(tree, str):
        return Fraction(dims[tree])
    if isinstance(tree, Fraction):
        return tree
    value = Fraction(_FUNCTIONS[tree.name](*(_worked_out(part, dims) for part in tree.parts)))
    if abs(value.numerator) >= _LARGEST or value.denominator >= _LARGEST:
        raise OverflowError
    return value


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > 63:
        raise OverflowError
    if abs(base) > 1 and abs(exponent) * max(base.numerator.bit_length(), 1) > 256:
        raise OverflowError
    return base ** int(exponent)


def _total(*parts: Fraction) -> Fraction:
    return sum(parts, start=Fraction(0))


def _product(*parts: Fraction) -> Fraction:
    value = Fraction(1)
    for part in parts:
        value *= part
        if abs(value.numerator) >= _LARGEST * _LARGEST:
            raise OverflowError
    return value


_FUNCTIONS: Mapping[str, Callable[..., Fraction | int]] = MappingProxyType(
    {
        "Add": _total,
        "Mul": _product,
        "Sub": lambda a, b: a - b,
        **dict.fromkeys(("Pow", "PowByNatural", "FloatPow"), _power),
        **dict.fromkeys(("IntTrueDiv", "FloatTrueDiv", "CleanDiv"), lambda a, b: a / b),
        "FloorDiv": lambda a, b: a // b,
        "CeilDiv": lambda a, b: -(-a // b),
        **dict.fromkeys(("Mod", "PythonMod"), lambda a, b: a % b),
        "ModularIndexing": lambda a, b, c: (a // b) % c,
        **dict.fromkeys(("floor", "FloorToInt"), math.floor),
        **dict.fromkeys(("ceiling", "CeilToInt"), math.ceil),
        **dict.fromkeys(("TruncToInt", "TruncToFloat"), math.trunc),
        "Max": lambda *parts: max(parts),
        "Min": lambda *parts: min(parts),
        "Abs": abs,
    }
)
_OPERATORS: Mapping[type[ast.operator], str] = MappingProxyType(
    {
        ast.Add: "Add",
        ast.Sub: "Sub",
        ast.Mult: "Mul",
        ast.Div: "IntTrueDiv",
        ast.FloorDiv: "FloorDiv",
        ast.Mod: "Mod",
        ast.Pow: "Pow",
    }
)
_SIGNS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "Add": (" + ", 1),
        "Sub": (" - ", 1),
        "Mul": ("*", 2),
        "IntTrueDiv": ("/", 2),
        "FloorDiv": ("//", 2),
        "Mod": (" % ", 2),
        "Pow": ("**", 3),
    }
)


def _shown(tree: Fraction | str | Call, within: int = 0) -> str:
    """A tree in Python's notation, with brackets where an operator within needs them."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, Fraction):
        plain = tree.denominator == 1 and tree >= 0
        return str(tree) if plain else f"({tree})"
    if tree.name not in _SIGNS:
        return f"{tree.name}({', '.join(_shown(part) for part in tree.parts)})"
    sign, rank = _SIGNS[tree.name]
    chains = tree.name in ("Add", "Mul")  # what stands in a row of the same needs no brackets
    text = sign.join(
        _shown(part, rank - (chains and isinstance(part, Call) and part.name == tree.name))
        for part in tree.parts
    )
    return f"({text})" if rank <= within else text
