"""``python -m memplan``: the command line."""

import sys

try:
    from memplan.cli import main

    sys.exit(main())
except KeyboardInterrupt:
    # Also while the imports run, long before a command has begun.
    sys.exit(130)
