"""Planning the same net again with a little changed, as long as that may lower the peak.

What the change leaves as it was is not worked out again, what no plan can lower is not planned,
and what lowers nothing is not verified.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from memplan.answering import posed, unchecked
from memplan.errors import MemplanError
from memplan.liveness import Sharing, Storage, Unshared, max_live, storages
from memplan.net import Net
from memplan.plan import Problem
from memplan.planners import PackerEntry, planner_named
from memplan.settings import Settings
from memplan.study import Study, study
from memplan.verify import verify

__all__ = ["Again"]

_Asked = tuple[tuple[Storage, ...], Problem]


class Again:
    """A study, to be held against plans of nets that are nearly the same."""

    def __init__(self, made: Study) -> None:
        self.made = made
        self.peak = made.metrics.peak_bytes
        self._plain: Problem | None = None

    @cached_property
    def _unshared(self) -> Unshared:
        sharing = self.made.settings.sharing
        known = () if _shares(sharing) else self.made.storages
        return Unshared(self.made.net, sharing.copies, known)

    def lower(self, net: Net, settings: Settings, halved: str | None = None) -> int | None:
        """The peak of a safe plan that is lower; None where there is none, or it cannot be planned.

        Args:
            halved: Nothing is changed in the net but that this buffer has half its bytes.
        """
        entry = planner_named(settings.planner)
        try:
            if not isinstance(entry, PackerEntry) or entry.order is not None:
                return self._by_a_study(net, settings)
            found, problem = self._asked(net, settings, entry, halved)
            # The bytes alive together bound every plan that is safe.
            if max_live(problem).bytes >= self.peak:
                return None
            plan = unchecked(net, settings, entry, found, problem)
            if plan.known_peak >= self.peak:
                return None
            if any(buffer.offset is not None for buffer in plan.problem.buffers):
                return self._by_a_study(net, settings)
            verify(plan)
        except MemplanError:
            return None
        return plan.known_peak

    def _by_a_study(self, net: Net, settings: Settings) -> int | None:
        again = study(net, settings)
        peak = again.metrics.peak_bytes
        return peak if peak < self.peak and again.unsafe is None else None

    def _asked(
        self, net: Net, settings: Settings, entry: PackerEntry, halved: str | None
    ) -> _Asked:
        half = None if halved is None else self._with_half(halved, settings, entry)
        if half is not None:
            return half
        if net is self.made.net and settings.sharing.copies == self.made.settings.sharing.copies:
            found = self._unshared.shared(settings.sharing)
        else:
            found = storages(net, settings.sharing)
        return found, posed(net, settings, entry, found)

    def _with_half(self, name: str, settings: Settings, entry: PackerEntry) -> _Asked | None:
        """The same problem but for the bytes of a buffer; None where more hangs on them."""
        made = self.made
        if _shares(settings.sharing):
            return None
        if self._plain is None:
            self._plain = posed(made.net, made.settings, entry, made.storages)
        problem = self._plain
        buffer = next(b for b in problem.buffers if b.name == name)
        storage = next((s for s in made.storages if s.name == name), None)
        if storage is None or storage.size != buffer.size or storage.size is None:
            return None
        half = -(-storage.size // 2)
        buffers = (replace(b, size=half) if b is buffer else b for b in problem.buffers)
        found = (replace(s, size=half) if s is storage else s for s in made.storages)
        return tuple(found), replace(problem, buffers=tuple(buffers))


def _shares(sharing: Sharing) -> bool:
    return sharing.in_place or sharing.views or sharing.pieces
