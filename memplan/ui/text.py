"""Text from files on the screen: what Streamlit would read as markup comes out as it is written.

Streamlit renders labels, captions and messages as markdown with extensions of its own. Some of
those (emoji codes, arrows, bare links) look at the text after backslashes are gone, so that a
backslash alone does not stop them: an invisible word joiner does.
"""

from __future__ import annotations

import re
import string

from memplan.views.names import shown

__all__ = ["literal"]

_JOINER = "\N{WORD JOINER}"
_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
# After the colon of `:name:` and `scheme://`, the @ of an address, the www of a bare link, and
# the first half of `->`, `<=` and their like.
_READ_LATE = re.compile(r"(?i)(?<=:)|(?<=@)|(?<=\bwww)(?=\.)|(?<=[-<>~])(?=[-=>])")


def literal(text: str) -> str:
    r"""Return markdown that shows `text` itself, on one line.

    >>> print(literal("**x**"), literal("two\nlines"), literal("res2_0"))
    \*\*x\*\* two\\nlines res2\_0
    """
    line = shown(text).replace("  ", " \N{NO-BREAK SPACE}")
    parts = _READ_LATE.sub(_JOINER, line).split(_JOINER)
    return _JOINER.join(_PUNCTUATION.sub(lambda mark: "\\" + mark[0], part) for part in parts)
