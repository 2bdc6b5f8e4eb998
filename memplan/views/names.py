r"""Names from files, made fit to be seen: literally, on one line, and never as markup.

`shown` makes visible what has no glyph of its own. What then still means something to the
place where it is drawn is escaped for that place: `plotly_text` here, DOT in `graph_dot`; a
canvas and `textContent` take text as it is.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plotly_text", "shown", "shown_bytes", "shown_shape"]

from memplan.net import Dim, Shape
from memplan.units import format_bytes

# Controls, format characters (they turn text around or hide), surrogates, line separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MARKUP = re.compile(r"[&<>$]")


def shown(name: str, limit: int | None = None) -> str:
    r"""Return `name` with its invisible characters made visible, cut to `limit` characters.

    An invisible character becomes its escape, as Python writes it. A long name keeps its
    beginning and its end, which is where names differ.

    >>> print(shown("two\nlines"), shown("left\u202eright"))
    two\nlines left\u202eright
    >>> shown("a_very_long_blob_name_1", 12)
    'a_very_…me_1'
    """
    if limit is not None and len(name) > limit:
        tail = (limit - 1) // 3 + 1
        name = f"{name[: limit - 1 - tail]}…{name[-tail:]}"
    return name if name.isprintable() else "".join(map(_visible, name))


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in _INVISIBLE
    return char.encode("unicode_escape").decode() if hidden else char


def plotly_text(name: str, limit: int | None = 80) -> str:
    """Return `name` for a plotly text, where it shows literally.

    Plotly reads a subset of HTML in every text (tags and entities), and takes ``$…$`` as TeX;
    each of these characters as an entity is itself alone.

    >>> plotly_text("<b>x</b> $y$")
    '&#60;b&#62;x&#60;/b&#62; &#36;y&#36;'
    """
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", shown(name, limit))


def shown_shape(shape: Shape) -> str:
    """Return a shape as text; what is not known shows as a question mark.

    >>> shown_shape((1, None, "batch")), shown_shape(()), shown_shape(None)
    ('[1, ?, batch]', '[]', '?')
    """
    if shape is None:
        return "?"
    return f"[{', '.join(map(_shown_dim, shape))}]"


def _shown_dim(dim: Dim) -> str:
    if dim is None:
        return "?"
    return shown(dim, 20) if isinstance(dim, str) else str(dim)


def shown_bytes(size: int | None) -> str:
    """Return a size exactly and as people read it.

    >>> shown_bytes(602112), shown_bytes(96), shown_bytes(None)
    ('602,112 B (588.0 KiB)', '96 B', 'unknown')
    """
    if size is None or abs(size) < 1024:
        return format_bytes(size)
    return f"{size:,} B ({format_bytes(size)})"
