"""A run as one HTML file with the stepper in it: it opens without a server and fetches nothing.

The run is data in the file, and is never read as anything else. Equal runs give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memplan.export.document import document
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
    text = element("div", *(element("p", words) for words in paragraphs), class_="text")
    # No "<" is left in it, so that nothing in it can end the element.
    held = Markup(json.dumps(data).replace("<", "\\u003c"))
    run = element("script", held, type="application/json", id="run")
    title = element("h1", str(data["title"]))
    body = (title, text, Markup(MARKUP), run)
    # The animated picture is made in the page, as data.
    return document(str(data["title"]), style, code, *body, images="data: blob:")
