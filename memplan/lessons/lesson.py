"""What a lesson consists of, and the figures that its sentences are made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from memplan.net import Net
from memplan.planners import PLANNERS
from memplan.steps import Run, run_of
from memplan.study import Settings, Study, study
from memplan.units import format_bytes

__all__ = ["Figures", "Lesson", "Scene", "Source"]


USUAL = Settings()


@dataclass(frozen=True, slots=True)
class Scene:
    """A run to step through.

    Attributes:
        net: Makes it; called once.
        method: A key of `steps.METHODS`.
    """

    title: str
    net: Callable[[], Net]
    method: str
    settings: Settings = USUAL

    def run(self) -> Run:
        """Step through it."""
        return run_of(_made(self.net), self.method, self.settings)

    def study(self, planner: str | None = None, settings: Settings | None = None) -> Study:
        """Plan its net, by another planner perhaps."""
        return _studied(self.net, planner or self.method, settings or self.settings)


@cache
def _made(net: Callable[[], Net]) -> Net:
    return net()


@cache
def _studied(net: Callable[[], Net], planner: str, settings: Settings) -> Study:
    chosen = planner if planner in PLANNERS else "greedy_by_size"
    return study(_made(net), replace(settings, planner=chosen))


@dataclass(frozen=True, slots=True)
class Source:
    """Where more is to be read."""

    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a lesson's scenes, as words: every claim of a lesson is made with these."""

    scenes: tuple[Scene, ...]

    def net(self, scene: int) -> Net:
        """The net of a scene."""
        return _made(self.scenes[scene].net)

    def peak(self, scene: int, planner: str | None = None) -> str:
        """What a plan needs."""
        return format_bytes(self.peak_bytes(scene, planner))

    def peak_bytes(self, scene: int, planner: str | None = None) -> int:
        """What a plan needs, in bytes."""
        return self.scenes[scene].study(planner).metrics.peak_bytes

    def peak_of_run(self, scene: int) -> str:
        """What the run of a scene ends with, where it makes a plan of its own."""
        return format_bytes(self.scenes[scene].run().plan.known_peak)

    def bound_bytes(self, scene: int) -> int:
        """The most that is alive at once, in bytes."""
        return self.scenes[scene].study("naive").metrics.max_live.bytes

    def bound(self, scene: int) -> str:
        """The most that is alive at once."""
        return format_bytes(self.bound_bytes(scene))

    def bound_step(self, scene: int) -> int:
        """The op at which most is alive."""
        return self.scenes[scene].study("naive").metrics.max_live.step or 0

    def less(self, scene: int, than: str, by: str) -> str:
        """How much less one planner needs than another, in percent."""
        before, after = self.peak_bytes(scene, than), self.peak_bytes(scene, by)
        return f"{1 - after / before:.0%}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes:
        id: Stands in links.
        goal: What can be done after it that could not be before.
        text: Three to six short paragraphs, empty lines between them.
        task: Something to try.
        notes: For whoever teaches it.
    """

    id: str
    title: str
    goal: str
    scenes: tuple[Scene, ...]
    text: Callable[[Figures], str]
    task: str
    notes: str
    sources: tuple[Source, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text with its figures, a paragraph each."""
        parts = self.text(Figures(self.scenes)).strip().split("\n\n")
        return tuple(" ".join(part.split()) for part in parts)
