"""NetDefs in protobuf's text form: told apart, bounded, then parsed.

    name: "net"  op { input: "data" type: "Conv" arg { name: "kernel" i: 3 } }

protobuf's own parser is slow (some 3 µs a token) and recursive, so tokens and nesting are
counted first, by a pattern that knows strings and comments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from google.protobuf import text_format

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats import netdef_pb2 as pb
from memplan.formats.kinds import Kind
from memplan.formats.limits import (
    MAX_OPS,
    MAX_TEXT_BRACES,
    MAX_TEXT_BYTES,
    MAX_TEXT_TOKENS,
)
from memplan.units import format_bytes

__all__ = ["kind_of_text", "parse_text"]

_TOKEN = re.compile(
    r"""(?P<string> "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'? )
      | (?P<comment> \#[^\n]*+ )
      | (?P<open> [{<] ) | (?P<close> [}>] )
      | (?P<word> [\w.+-]++ )
      | (?P<other> [^\s] )
      | (?P<line> \n )""",
    re.VERBOSE,
)
# So much of a text tells which fields it has at its top.
_HEAD = 65_536
_WHERE = re.compile(r"(\d+):(\d+) : (.*)", re.DOTALL)

# The fields at the top by which a text net is known; the first of these rows that fits.
_KIND_BY_FIELDS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        Kind.CAFFE1_TEXT: frozenset(
            {"layer", "layers", "input", "input_dim", "input_shape", "force_backward"}
        ),
        Kind.ONNX_TEXT: frozenset({"ir_version", "opset_import", "graph", "producer_name"}),
        Kind.GRAPHDEF_TEXT: frozenset({"node", "versions", "library"}),
        Kind.PLAN_TEXT: frozenset({"network", "execution_step"}),
        Kind.NETDEF_TEXT: frozenset(
            {"op", "external_input", "external_output", "num_workers", "device_option", "name"}
        ),
    }
)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is seen of a text without parsing it."""

    tokens: int
    depth: int
    messages: int
    top: frozenset[str]


def _shape_of(text: str) -> _Shape:
    """Count tokens and nesting; stops, with what was counted, where a bound is passed."""
    depth = deepest = tokens = messages = 0
    top: set[str] = set()
    for token in _TOKEN.finditer(text):
        tokens += 1
        kind = token.lastgroup
        if kind == "open":
            depth += 1
            messages += 1
            deepest = max(deepest, depth)
        elif kind == "close":
            depth -= 1
        elif kind == "word" and depth == 0 and len(top) < 100:
            top.add(token.group())
        if tokens > MAX_TEXT_TOKENS or deepest > MAX_TEXT_BRACES:
            break
    return _Shape(tokens, deepest, messages, frozenset(top))


def kind_of_text(text: str) -> Kind:
    """Tell what a text is by the names of the fields at its top.

    >>> kind_of_text('name: "x" layer { }').name, kind_of_text("once upon a time").name
    ('CAFFE1_TEXT', 'TEXT')
    """
    # The head tells: a field's name, then a colon or a brace.
    if not re.match(r"(?:\s|#[^\n]*+\n)*+[A-Za-z_]\w*\s*[:{<]", text):
        return Kind.TEXT
    top = _shape_of(text[:_HEAD]).top
    return next((kind for kind, names in _KIND_BY_FIELDS.items() if names & top), Kind.TEXT)


def _check_bounds(text: str, file: str) -> None:
    advice = "save the net in its binary form"
    if len(text) > MAX_TEXT_BYTES:
        raise TooLarge(
            f"{quoted(file)} is {format_bytes(len(text))} of text, and at most "
            f"{format_bytes(MAX_TEXT_BYTES)} are read; {advice}"
        )
    shape = _shape_of(text)
    if shape.depth > MAX_TEXT_BRACES:
        raise TooLarge(
            f"{quoted(file)} nests braces more than {MAX_TEXT_BRACES} deep; "
            "open one of the inner nets as a file of its own"
        )
    if shape.tokens > MAX_TEXT_TOKENS or shape.messages > MAX_OPS:
        raise TooLarge(
            f"{quoted(file)} is too long for a text net (over {MAX_TEXT_TOKENS:,} words or "
            f"{MAX_OPS:,} braces); {advice}"
        )


def parse_text(data: bytes, file: str) -> pb.NetDef:
    """Parse a NetDef in text form.

    Raises:
        TooLarge: It is too long or too deep to be parsed in reasonable time.
        FormatError: It is not UTF-8, or no NetDef; with the line where.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{quoted(file)} is text, but byte {error.start} is not UTF-8; "
            "save it as UTF-8, or the net in its binary form"
        ) from None
    _check_bounds(text, file)
    try:
        return text_format.Parse(text, pb.NetDef())
    except text_format.ParseError as error:
        raise FormatError(_explained(str(error), file)) from None
    except RecursionError:
        raise TooLarge(f"{quoted(file)} nests too deep to be parsed") from None
    except ValueError:
        # What a field refuses: a number beyond its range, a text that is no UTF-8.
        raise FormatError(
            f"{quoted(file)} holds a value that does not fit its field; save the net again"
        ) from None


def _explained(message: str, file: str) -> str:
    """Say protobuf's complaint as one line of ours."""
    found = _WHERE.match(message)
    place, what = (f", line {found[1]}", found[3]) if found else ("", message)
    what = " ".join(what.replace("memplan.caffe2.", "").split()).rstrip(".")
    return f"{quoted(file)} is no readable text net{place}: {quoted(what, 160)}; mend that line"
