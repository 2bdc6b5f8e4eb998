"""A whole HTML file with its own style and script, which fetches nothing and runs nothing else.

A Content-Security-Policy allows exactly that style and that script, by their digests.
"""

from __future__ import annotations

import base64
import hashlib

from memplan.export.markup import Markup, element

__all__ = ["document"]


def document(
    title: str, style: Markup, script: Markup, *body: Markup | str, images: str = ""
) -> str:
    """Return the file: `body`, then the script.

    Args:
        style, script: Ours alone, never anything from a file.
        images: Where images may come from besides, as the policy writes it: "data: blob:".
    """
    allowed = f"style-src {_digest(style)}; script-src {_digest(script)}"
    pictures = f"img-src {images}; " if images else ""
    policy = f"default-src 'none'; {pictures}{allowed}; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", style),
    )
    page = element("html", head, element("body", *body, element("script", script)), lang="en")
    return f"<!doctype html>\n{page}\n"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
