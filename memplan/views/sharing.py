"""Who shares memory with whom where a recycler gave several blobs one name."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.rewrite import Assignment
from memplan.study import Study

__all__ = ["changed_names", "sharers", "sharing_sentence"]

_TOLD = 3


def changed_names(assignment: Assignment) -> dict[str, str]:
    """The new name of each blob that gets one.

    >>> changed_names(Assignment({"a": "a", "b": "a"}))
    {'b': 'a'}
    """
    return {old: new for old, new in assignment.mapping.items() if old != new}


def sharers(study: Study, blob: str) -> tuple[str, ...]:
    """The other blobs that have the name of `blob` in the optimised net, in the net's order."""
    mapping = study.assignment.mapping if study.assignment is not None else {}
    new = mapping.get(blob, blob)
    return tuple(
        name for name in study.net.names() if name != blob and mapping.get(name, name) == new
    )


def sharing_sentence(study: Study, blob: str) -> str:
    """Why a blob lies where it does in a recycler's plan."""
    others = sharers(study, blob)
    if not others:
        return "It shares its memory with no other blob."
    names = ", ".join(quoted(name, 40) for name in others[:_TOLD])
    more = f" and {len(others) - _TOLD:,} more" if len(others) > _TOLD else ""
    if study.unsafe is not None:
        return (
            f"The planner gave it the memory of {names}{more}; the net is not safe so: see above."
        )
    return f"It takes turns with {names}{more}: when one is made, the last is needed no more."
