"""A child process that searches names: a question comes on standard input, as JSON.

Run as a file, by `patterns`, never imported: it knows nothing of memplan. Arguments: what to do
(``search``), and the seconds after which the system ends the process whatever became of its
parent.
"""

from __future__ import annotations

import json
import re
import sys
import warnings


def main(seconds: int) -> None:
    """Answer which names the pattern is found in, or what is wrong with it."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    question = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    try:
        pattern = re.compile(question["pattern"], re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        json.dump({"error": str(error)}, sys.stdout)
        return
    hits = [place for place, name in enumerate(question["names"]) if pattern.search(name)]
    json.dump({"hits": hits}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[2]))
