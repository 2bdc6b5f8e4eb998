"""Regular expressions from a visitor, matched against names from a file, in bounded time.

Python's `re` goes back and forth: ``(a+)+$`` takes years for thirty letters, and while it runs
nothing else of this process does, for no visitor. A subset that is safe would have to be
explained; so the search runs in a child process that is ended after two seconds. It costs some
hundredths of a second, which a word without special characters is spared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from memplan.child import answer_of_child
from memplan.errors import BadPattern, quoted

__all__ = ["PATTERN_LIMIT", "matching"]

PATTERN_LIMIT = 200
_NAME_LIMIT = 500
_SECONDS = 2.0
_CHILD = Path(__file__).with_name("pattern_child.py")
_SPECIAL = re.compile(r"[^\w\s/:,;=<>@#%&~'\"-]")


def matching(pattern: str, names: Sequence[str]) -> list[int]:
    """Where in `names` a pattern is found, whatever the case of letters; of each 500 characters.

    >>> matching("CONV", ["conv1", "relu1", "res/conv2"])
    [0, 2]

    Raises:
        BadPattern: It is no regular expression, too long, or takes more than two seconds.
    """
    if len(pattern) > PATTERN_LIMIT:
        raise BadPattern(f"the pattern is longer than {PATTERN_LIMIT} characters")
    texts = [name[:_NAME_LIMIT] for name in names]
    if not _SPECIAL.search(pattern):
        word = pattern.casefold()
        return [place for place, text in enumerate(texts) if word in text.casefold()]
    question = json.dumps({"pattern": pattern, "names": texts}).encode()
    answer = answer_of_child(_CHILD, "search", question, _SECONDS)
    if answer is None:
        raise BadPattern(
            f"the pattern {quoted(pattern)} takes too long; "
            "leave out a repetition inside a repetition"
        )
    told = json.loads(answer)
    if "error" in told:
        raise BadPattern(f"{quoted(pattern)} is no regular expression: {told['error']}")
    hits: list[int] = told["hits"]
    return hits
