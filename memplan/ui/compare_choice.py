"""Side B of a comparison, as the visitor chose it: all that is not said is as on side A."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from memplan.liveness import Accounting
from memplan.net import Role
from memplan.ops.schema import TensorType
from memplan.study import Settings

if TYPE_CHECKING:  # the session holds an `Other`
    from memplan.ui.session import Opened, Wanted

__all__ = ["Other"]


@dataclass(frozen=True, slots=True)
class Other:
    """How side B plans, and which net.

    The net is A's, or one of three: a bundled one, what a recycler makes of A's, a visitor's own.

    Attributes:
        planner: None: another than A's for the same net, A's for another net.
        alignment, accounting, parallel: None: as A's.
        sample: The id of a bundled net.
        after: The recycler whose optimised net it is.
        opened: A net of the visitor's own, or A's before the sides were swapped.
        own: Whether the visitor is about to open one.
        given, roles: What was said about `opened`.
        dims: Numbers for free dims of its net, None for one that is left free; what is not named
            is as A's of the same name, else as the net begins.
        wanted: Files that were dropped and are not read yet.
        error: One sentence on why the last files were not opened.
        uploads: Counts uploads, so that the drop zone is empty again after each.
    """

    planner: str | None = None
    alignment: int | None = None
    accounting: Accounting | None = None
    parallel: bool | None = None
    sample: str | None = None
    after: str | None = None
    opened: Opened | None = None
    own: bool = False
    given: Mapping[str, TensorType] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    dims: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    wanted: Wanted | None = None
    error: str | None = None
    uploads: int = 0

    @property
    def same_net(self) -> bool:
        """Whether it plans the net of side A."""
        return self.sample is None and self.after is None and self.opened is None

    def settings(self, first: Settings, *, graph: bool = True) -> Settings:
        """Its settings, where side A has `first`.

        Args:
            graph: Whether A's net has a graph: only then can blobs share names.

        >>> Other().settings(Settings("safe")).planner, Other().settings(Settings()).planner
        ('greedy_by_size', 'safe')
        """
        return replace(
            first,
            planner=self.planner or self._usual(first.planner, graph=graph),
            alignment=self.alignment or first.alignment,
            accounting=self.accounting or first.accounting,
            parallel=first.parallel if self.parallel is None else self.parallel,
        )

    def _usual(self, planner: str, *, graph: bool) -> str:
        """Of one net another planner's plan: where whole blobs share, offsets, and back."""
        if not self.same_net:
            return planner
        other = "safe" if graph else "fullest_first"
        return other if planner == "greedy_by_size" else "greedy_by_size"

    def with_settings(self, own: Settings, first: Settings) -> Other:
        """The same net by the settings `own`, where side A has `first`.

        >>> Other().with_settings(Settings("naive", 64), Settings("safe", 64))
        ... # doctest: +ELLIPSIS
        Other(planner='naive', alignment=None, accounting=None, parallel=None, ...)
        """
        return replace(
            self,
            planner=own.planner,
            alignment=None if own.alignment == first.alignment else own.alignment,
            accounting=None if own.accounting == first.accounting else own.accounting,
            parallel=None if own.parallel == first.parallel else own.parallel,
        )

    def with_net(
        self, *, sample: str | None = None, after: str | None = None, own: bool = False
    ) -> Other:
        """The same settings for another net; A's where nothing is named."""
        return replace(
            self,
            sample=sample,
            after=after,
            own=own,
            error=None,
            opened=self.opened if own else None,
            given=self.given if own else MappingProxyType({}),
            roles=self.roles if own else MappingProxyType({}),
            dims=self.dims if own else MappingProxyType({}),
        )

    def with_opened(self, opened: Opened) -> Other:
        """The same settings for a net that was opened."""
        return replace(self, sample=None, after=None, own=True, opened=opened)
