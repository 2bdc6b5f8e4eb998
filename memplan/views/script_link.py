"""A text in a link: packed, in letters that a URL takes as they are, and bounded both ways."""

from __future__ import annotations

import base64
import binascii
import zlib

from memplan.formats.net_text import MOST_CHARS

__all__ = ["MOST_LINK", "packed", "unpacked"]

MOST_LINK = 6000
"""Characters: what browsers, servers and mail programs all hand on."""


def packed(text: str) -> str | None:
    """The text as letters, digits, dashes and underlines; None when that is too long for a link.

    >>> unpacked(packed("Relu a -> b"))
    'Relu a -> b'
    """
    data = zlib.compress(text.encode("utf-8", "replace"), 9)
    word = base64.urlsafe_b64encode(data).decode().rstrip("=")
    return word if len(word) <= MOST_LINK else None


def unpacked(word: str) -> str | None:
    """The text in a link; None for anything that `packed` does not make, however long it grows."""
    if len(word) > MOST_LINK or not word.isascii():
        return None
    try:
        data = base64.b64decode(word + "=" * (-len(word) % 4), b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(data, 4 * MOST_CHARS)
        if not unpacker.eof:
            return None
        return text.decode("utf-8")[:MOST_CHARS]
    except (ValueError, binascii.Error, zlib.error):
        return None
