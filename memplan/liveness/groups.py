"""Names that are one piece of memory, each with its place in it: a union-find with offsets.

    c  [───────────────)      after join("c", "a", 0) and join("c", "b", 64)
    a  [──────)               place_of("b") is ("c", 64)
    b         [────────)

A group is known by its root, the name that holds all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Groups"]


@dataclass(slots=True)
class Groups:
    """The groups so far; a name that was never joined is a group of its own.

    Attributes:
        above: For each name that is no root the one above it, and how many bytes further in.
        pieces: Names that were joined as less than the whole of a group.
        strided: Names that show a part of a group, or parts more than once: their own dims do not
            tell how much memory there is.
    """

    above: dict[str, tuple[str, int]] = field(default_factory=dict)
    pieces: set[str] = field(default_factory=set)
    strided: set[str] = field(default_factory=set)

    def join(self, root: str, name: str, offset: int | None = None) -> None:
        """Make the group whose root is `name` part of that whose root is `root`.

        Args:
            offset: Bytes into it, of what is a piece of it; None: the two are the same bytes.
        """
        assert root not in self.above, "a group is joined at its root"
        assert name not in self.above, "a group is joined by its root"
        assert root != name, "a group is not part of itself"
        self.above[name] = root, offset or 0
        if offset is not None:
            self.pieces.add(name)

    def copy(self) -> Groups:
        """The same groups, to be joined otherwise."""
        return Groups(dict(self.above), set(self.pieces), set(self.strided))

    def root(self, name: str) -> str:
        """The root of a name's group."""
        return self.place_of(name)[0] if name in self.above else name

    def place_of(self, name: str) -> tuple[str, int]:
        """The root of a name's group, and the bytes from there to the name."""
        if name not in self.above:
            return name, 0
        path = []
        while name in self.above:
            path.append(name)
            name = self.above[name][0]
        offset = 0
        for below in reversed(path):  # later look-ups are one step
            offset += self.above[below][1]
            self.above[below] = name, offset
        return name, offset
