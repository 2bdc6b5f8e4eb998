"""A small language for nets: a line for each op, to write in a classroom and to send in a link.

    # what is read, what is made
    data: 1x3x8x8
    w: 8x3x3x3
    Conv data, w, b -> c kernel=3 pad=1
    Relu c -> c          in place
    Blur c -> d
    d: 1x8x8x8           a size, where no rule of the op tells it
    outputs d            else what nobody reads

A size is dims (``1x8x16``, float32 unless a type follows), or bytes (``1024 B``, ``4 KiB``). A name
that holds a space, a comma, a colon, a hash, an arrow or an equals sign stands in double quotes, as
in JSON. Arguments stand behind what an op makes, or before its arrow: `net_text_args`.
Mistakes are collected, each with its line and with what to write instead; what is merely odd is
a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from memplan.errors import FormatError, quoted
from memplan.formats.net_text_advice import advice
from memplan.formats.net_text_args import ARG, OPEN_LIST, argument
from memplan.net import Arg, Blob, DType
from memplan.units import parse_bytes

__all__ = ["MOST_CHARS", "MOST_LINES", "Mistake", "OpLine", "Parsed", "SizeLine", "parse_lines"]

MOST_LINES = 500
MOST_CHARS = 50_000
_MOST_NAME = 200
_MOST_NAMES = 200  # that one op reads or makes
_MOST_ARGS = 32
_MOST_MISTAKES = 20
_MOST_DIMS = 8
_MOST_BYTES = 2**50

_TOKEN = re.compile(
    rf'(?P<arg>{ARG})|(?P<text>"(?:[^"\\]|\\.)*")|(?P<arrow>->|→)|(?P<mark>[,:])'
    r'|(?P<name>(?:(?!->)[^\s,:"→])+)'
)
_DIMS = re.compile(r"\d{1,12}(?:\s*[x\u00d7*]\s*\d{1,12})*")
_TYPES = {dtype.label: dtype for dtype in DType if dtype.bits is not None}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a line, and what to write instead; `line` counts from 1, 0 is the whole."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


@dataclass(frozen=True, slots=True)
class OpLine:
    """An op as written."""

    line: int
    type: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    args: Mapping[str, Arg] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class SizeLine:
    """A size as written."""

    line: int
    blob: Blob


@dataclass(slots=True)
class Parsed:
    """The lines of a text, taken apart; no more is known of the whole."""

    ops: list[OpLine] = field(default_factory=list)
    sizes: dict[str, SizeLine] = field(default_factory=dict)
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    mistakes: list[Mistake] = field(default_factory=list)


def parse_lines(text: str) -> Parsed:
    """Take a text apart, line by line; what cannot be read becomes a mistake."""
    parsed = Parsed()
    if len(text) > MOST_CHARS or text.count("\n") >= MOST_LINES:
        told = f"the text is longer than {MOST_LINES} lines or {MOST_CHARS:,} characters"
        parsed.mistakes.append(Mistake(0, f"{told}; open a large net as a file"))
        return parsed
    for number, line in enumerate(text.split("\n"), 1):
        try:
            _read(line, number, parsed)
        except FormatError as wrong:
            parsed.mistakes.append(Mistake(number, str(wrong)))
            if len(parsed.mistakes) == _MOST_MISTAKES:
                break
    return parsed


def _read(line: str, number: int, parsed: Parsed) -> None:
    bare = _without_comment(line)
    if not bare.strip():
        return
    tokens = list(_tokens(bare))
    kinds = [kind for kind, _, _ in tokens]
    words = [value for _, value, _ in tokens]
    if "arrow" in kinds:
        parsed.ops.append(_op(tokens, number))
    elif len(kinds) > 1 and kinds[1:2] == ["mark"] and words[1] == ":":
        if kinds[0] == "arg":
            raise FormatError(_in_quotes(words[0]))
        blob = _sized(words[0], bare[tokens[1][2] :].strip())
        if blob.name in parsed.sizes:
            earlier = parsed.sizes[blob.name].line
            raise FormatError(
                f"{quoted(blob.name)} has a size already, in line {earlier}; leave one out"
            )
        parsed.sizes[blob.name] = SizeLine(number, blob)
    elif words[0] in ("inputs", "outputs") and len(words) > 1:
        if getattr(parsed, words[0]) is not None:
            raise FormatError(f"there is a line of {words[0]} already; put all names into one")
        setattr(parsed, words[0], _names(tokens[1:], words[0]))
    else:
        raise FormatError(advice(bare))


def _without_comment(line: str) -> str:
    """The line up to a hash that stands in no quotes."""
    inside = escaped = False
    for place, char in enumerate(line):
        if char == "#" and not inside:
            return line[:place]
        if char == '"' and not escaped:
            inside = not inside
        escaped = char == "\\" and inside and not escaped
    return line


def _tokens(line: str) -> Iterator[tuple[str, str, int]]:
    """Kind, value and end of each token."""
    place = 0
    while place < len(line):
        if line[place].isspace():
            place += 1
            continue
        match = _TOKEN.match(line, place)
        if match is None:
            raise FormatError('a name in quotes ends with a quote too, as in "my blob"')
        if OPEN_LIST.fullmatch(line, place, match.end() + 1):
            raise FormatError("a list of values ends with a bracket, as in `pads=[1, 1, 2, 2]`")
        place = match.end()
        kind, value = match.lastgroup or "", match[0]
        if kind == "text":
            kind, value = "name", _unquoted(value)
        if kind == "name" and not 0 < len(value) <= _MOST_NAME:
            raise FormatError(f"a name has 1 to {_MOST_NAME} characters")
        yield kind, value, place


def _unquoted(text: str) -> str:
    try:
        value: str = json.loads(text, strict=False)
    except ValueError:
        raise FormatError(
            f"{quoted(text)} is no text in quotes; write \\\\ for a backslash"
        ) from None
    return value


def _op(tokens: list[tuple[str, str, int]], number: int) -> OpLine:
    example = "as in `Relu a -> b` or `Sum a, b -> c`"
    args = _arguments(tokens)
    tokens = [token for token in tokens if token[0] != "arg" or token is tokens[0]]
    kinds = [kind for kind, _, _ in tokens]
    if kinds.count("arrow") > 1:
        raise FormatError(f"a line holds one op with one arrow, {example}")
    at = kinds.index("arrow")
    if at == 0 or kinds[0] != "name":
        raise FormatError(f"an op begins with its type, {example}")
    if at + 1 == len(tokens):
        raise FormatError(f"after the arrow stands what the op makes, {example}")
    outputs = _names(tokens[at + 1 :], "what it makes")
    again = next((name for name in outputs if outputs.count(name) > 1), None)
    if again is not None:
        raise FormatError(f"the op makes {quoted(again)} twice; give each output a name of its own")
    inputs = _names(tokens[1:at], "what it reads") if at > 1 else ()
    return OpLine(number, tokens[0][1], inputs, outputs, MappingProxyType(args))


def _arguments(tokens: list[tuple[str, str, int]]) -> dict[str, Arg]:
    args: dict[str, Arg] = {}
    for place, (kind, text, _) in enumerate(tokens):
        if kind != "arg" or place == 0:
            continue
        if "," in (tokens[place - 1][1], *(after[1] for after in tokens[place + 1 : place + 2])):
            raise FormatError(_in_quotes(text))
        name, value = argument(text)
        if name in args:
            raise FormatError(f"the argument {name} is given twice; leave one out")
        args[name] = value
    if len(args) > _MOST_ARGS:
        raise FormatError(f"an op has at most {_MOST_ARGS} arguments")
    return args


def _in_quotes(text: str) -> str:
    return (
        f"{quoted(text, 40)} reads as an argument: those stand behind the op's names, without "
        "commas; a name that holds an equals sign stands in double quotes"
    )


def _names(tokens: list[tuple[str, str, int]], what: str) -> tuple[str, ...]:
    """Names parted by commas."""
    good = all((kind == "name") == (n % 2 == 0) for n, (kind, _, _) in enumerate(tokens))
    marks = {value for kind, value, _ in tokens if kind == "mark"}
    if not good or ":" in marks or len(tokens) % 2 == 0:
        raise FormatError(f"{what} is a list of names with a comma between two, as in `a, b`")
    if len(tokens) > 2 * _MOST_NAMES:
        raise FormatError(f"{what}: more than {_MOST_NAMES} names")
    return tuple(value for kind, value, _ in tokens if kind == "name")


def _sized(name: str, text: str) -> Blob:
    """The blob of a size: dims with a type, or bytes; perhaps a weight."""
    size, weight = (text[:-6].strip(), True) if text.endswith("weight") else (text, False)
    example = "write dims, as in `1x8x16`, or bytes, as in `1024 B`"
    dims = _DIMS.match(size)
    rest = size[dims.end() :].strip() if dims else ""
    if size == "scalar" or (dims and rest in _TYPES) or (dims and not rest and not size.isdigit()):
        numbers = re.findall(r"\d+", dims[0]) if dims else []
        shape = tuple(int(number) for number in numbers)
        if len(shape) > _MOST_DIMS:
            raise FormatError(f"{quoted(name)} has more than {_MOST_DIMS} dims")
        blob = Blob(name, shape, _TYPES[rest] if rest else DType.FLOAT32, initialized=weight)
    elif size.isdigit():
        raise FormatError(f"is {size} a dim, or bytes? write `{size} B`, or `1x{size}` for numbers")
    else:
        try:
            blob = Blob(name, (parse_bytes(size),), DType.UINT8, initialized=weight)
        except (ValueError, OverflowError):
            close = get_close_matches(rest, _TYPES, 1)
            hint = f"did you mean `{dims[0]} {close[0]}`?" if dims and close else example
            raise FormatError(f"{quoted(size, 40)} is no size; {hint}") from None
    if (blob.nbytes or 0) > _MOST_BYTES:
        raise FormatError(f"{quoted(name)} would have more than a pebibyte")
    return blob
