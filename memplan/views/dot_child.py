"""A child process that runs Graphviz: DOT comes on standard input, the answer on standard output.

Run as a file, by `layout`, never imported: it knows nothing of memplan. Arguments: the format
that Graphviz shall write, and the seconds after which the system ends the process whatever
became of its parent.
"""

from __future__ import annotations

import sys


def main(form: str, seconds: int) -> None:
    """Lay the graph out with dot, the Graphviz inside pygraphviz, and write it in `form`."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    import pygraphviz  # noqa: PLC0415  after the limit is set

    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
    graph.layout("dot")
    sys.stdout.buffer.write(graph.draw(format=form))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
