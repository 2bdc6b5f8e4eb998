"""What is said of an engine: what it reserves, and what a plan of ours needs in its place."""

from __future__ import annotations

from memplan.planners import PLANNERS
from memplan.profiles import Engine, Profile
from memplan.study import Study
from memplan.views.names import shown_bytes

__all__ = ["engine_rows", "engine_sentence", "stand_in_sentence"]


def engine_sentence(engine: Engine, shown: Study) -> str:
    """What the engine reserves, what a plan needs, and the bound.

    Args:
        shown: The plan on the screen; where that is the engine's own, the best of ours is told.
    """
    plan, what = _plan(engine, shown)
    bound = plan.metrics.bound
    text = (
        f"{engine.profile.title} reserves {shown_bytes(engine.reserved.metrics.peak_bytes)}; "
        f"{what} needs {shown_bytes(plan.metrics.peak_bytes)}; "
        f"the bound is {shown_bytes(bound.bytes)}."
    )
    if engine.reserved.unsafe is not None:
        text += f" {engine.profile.title}'s own plan is unsafe: {engine.reserved.unsafe}."
    if not plan.metrics.complete:
        text += " Blobs of unknown size are left out of all three."
    return text


def stand_in_sentence(profile: Profile, shown: Study) -> str:
    """What is said of an engine whose own planner is not here: one of ours stands for it."""
    metrics = shown.metrics
    text = (
        f"{profile.title}'s own planner is not reproduced, so what it reserves is not told; "
        f"counted as it counts, this plan needs {shown_bytes(metrics.peak_bytes)}; "
        f"the bound is {shown_bytes(metrics.bound.bytes)}."
    )
    return text if metrics.complete else f"{text} Blobs of unknown size are left out of both."


def engine_rows(engine: Engine, shown: Study) -> dict[str, object]:
    """The same as data: bytes, and who made the plan."""
    plan, _ = _plan(engine, shown)
    return {
        "name": engine.profile.name,
        "reserves": engine.reserved.metrics.peak_bytes,
        "plan": plan.metrics.peak_bytes,
        "planner": plan.settings.planner,
        "bound": plan.metrics.bound.bytes,
    }


def _plan(engine: Engine, shown: Study) -> tuple[Study, str]:
    if shown.settings.planner != engine.profile.planner:
        return shown, "this plan"
    planner = engine.plan.settings.planner
    if planner == engine.profile.planner:
        return engine.plan, "no plan of ours less: this one"
    return engine.plan, f"a plan by {PLANNERS[planner].title}"
