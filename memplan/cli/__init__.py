"""The command line: ``python -m memplan plan NET``, ``export NET``, ``planners`` and others.

A command works out its whole answer; only then is any of it written. So bad input leaves
nothing on standard output: one sentence on standard error, and the exit status 2.
"""

from memplan.cli.main import main

__all__ = ["main"]
