"""HTML and SVG that no text can break out of: what is not markup of ours is escaped.

`element` escapes each piece of its content and each attribute, unless it is `Markup` already, so
a name from a file that holds ``</script>`` or ``]]>`` is seen as it is written. What it makes
is HTML and XML at once: only the empty elements of HTML go without a closing tag.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

__all__ = ["Markup", "element", "escaped", "joined", "number"]

_EMPTY = frozenset({"input", "meta"})
# What XML 1.0 has no way to say, not even escaped.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is markup, made by this module or written by us."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """Return text as markup that shows it.

    >>> escaped("a < b]]>")
    'a &lt; b]]&gt;'
    """
    if isinstance(text, Markup):
        return text
    return Markup(html.escape(_UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)))


def joined(parts: Iterable[str]) -> Markup:
    """Return pieces one after the other, each escaped unless it is markup."""
    return Markup("".join(map(escaped, parts)))


def element(tag: str, *content: str, **attributes: str | float | None) -> Markup:
    """Return an element; an attribute of None is left out.

    In the name of an attribute ``_`` stands for ``-``, and one at its end for nothing: so
    ``class_`` and ``data_b`` can be said.

    >>> print(element("p", "1 < 2", element("b", "!"), class_="note", data_b=3, title=None))
    <p class="note" data-b="3">1 &lt; 2<b>!</b></p>
    """
    words = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        assert not content
        return Markup(f"<{tag}{words}>")
    return Markup(f"<{tag}{words}>{joined(content)}</{tag}>")


def number(value: float) -> str:
    """Return a coordinate as briefly as a tenth of a pixel can be written.

    >>> number(12.0), number(3.25), number(-0.01)
    ('12', '3.2', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _value(value: str | float) -> str:
    return escaped(value) if isinstance(value, str) else number(value)
