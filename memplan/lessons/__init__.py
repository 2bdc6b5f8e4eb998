"""Lessons in memory reuse, in their order: data, and a few sentences of ours.

Each lesson is a file of its own: small nets, runs of planners on them, what to try, sources.
Every figure in a sentence is worked out by the planners when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.lessons import (
    l01_blob,
    l02_sharing,
    l03_in_place,
    l04_branches,
    l05_fit,
    l06_fragmentation,
    l07_order,
    l08_gradients,
    l09_nested,
    l10_runtimes,
    l11_elsewhere,
)
from memplan.lessons.lesson import Figures, Lesson, Scene, Source

__all__ = ["LESSONS", "Figures", "Lesson", "Scene", "Source"]

_FIRST = (l01_blob, l02_sharing, l03_in_place, l04_branches, l05_fit, l06_fragmentation)
_THEN = (l07_order, l08_gradients, l09_nested, l10_runtimes, l11_elsewhere)

LESSONS: Mapping[str, Lesson] = MappingProxyType(
    {module.LESSON.id: module.LESSON for module in (*_FIRST, *_THEN)}
)
