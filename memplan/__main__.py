"""``python -m memplan``: the command line."""

import gc
import sys

# A net is hundreds of thousands of small objects that live to the end of the process: looking
# through them for cycles again and again as they grow takes a fifth of the time.
gc.disable()
try:
    from memplan.cli import main

    sys.exit(main())
except KeyboardInterrupt:
    # Also while the imports run, long before a command has begun.
    sys.exit(130)
