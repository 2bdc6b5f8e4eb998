"""What of the graph a visitor wants to see: what is folded, what is open, what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from memplan.views.fold_choice import FoldBy
from memplan.views.graph_filter import Filter

__all__ = ["GraphChoice"]


@dataclass(frozen=True, slots=True)
class GraphChoice:
    """A visitor's choice for the net that is open; as it stands here, none was made.

    Attributes:
        by: What is folded; None: whatever helps, for a large net.
        opened: Ids of the folds that were opened.
        picked: Id of the fold that was clicked last.
        wanted: What is shown; the rest is left out.
        turn: How often the filter was taken back as a whole.
    """

    by: FoldBy | None = None
    opened: frozenset[str] = frozenset()
    picked: str | None = None
    wanted: Filter = field(default_factory=Filter)
    turn: int = 0

    def fold(self, by: FoldBy | None) -> GraphChoice:
        """Fold otherwise from now on, with every fold closed."""
        return replace(self, by=by, opened=frozenset(), picked=None)

    def open(self, fold: str) -> GraphChoice:
        """Open one fold; the others stay as they are."""
        return replace(self, opened=self.opened | {fold}, picked=None)

    def close(self, fold: str) -> GraphChoice:
        """Close one fold again; what is open inside it is so when it is opened anew."""
        return replace(self, opened=self.opened - {fold}, picked=fold)

    def pick(self, fold: str | None) -> GraphChoice:
        """Choose a closed fold, to be told about it; or none."""
        return replace(self, picked=fold)

    def show(self, wanted: Filter) -> GraphChoice:
        """Filter otherwise from now on."""
        return replace(self, wanted=wanted)

    def show_all(self) -> GraphChoice:
        """Filter no more; what is folded stays so."""
        return replace(self, wanted=Filter(), turn=self.turn + 1)
