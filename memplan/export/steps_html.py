"""A run as one HTML file with the stepper in it: it opens without a server and fetches nothing.

A Content-Security-Policy allows exactly our style sheets and our script, by their digests; the
run is data in the file, and is never read as anything else. Equal runs give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memplan.export.markup import Markup, element
from memplan.export.stepper import MARKUP, STYLE, script

__all__ = ["steps_html"]

_ALONE = Path(__file__).parent / "stepper" / "alone.css"


def steps_html(data: Mapping[str, Any], paragraphs: Sequence[str] = ()) -> str:
    """Return the file.

    Args:
        data: What `views.steps_data` gives.
        paragraphs: Text to stand above the stepper.
    """
    style = Markup(_ALONE.read_text(encoding="utf-8") + STYLE)
    code = Markup(f'"use strict";\n{script("alone.js")}')
    allowed = f"style-src {_digest(style)}; script-src {_digest(code)}"
    policy = f"default-src 'none'; img-src data: blob:; {allowed}; base-uri 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", str(data["title"])),
        element("style", style),
    )
    text = element("div", *(element("p", words) for words in paragraphs), class_="text")
    # No "<" is left in it, so that nothing in it can end the element.
    held = Markup(json.dumps(data).replace("<", "\\u003c"))
    run = element("script", held, type="application/json", id="run")
    title = element("h1", str(data["title"]))
    body = element("body", title, text, Markup(MARKUP), run, element("script", code))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
