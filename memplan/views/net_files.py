"""What a recycler did to a net: its names, and the file that the page and the command write."""

from __future__ import annotations

from google.protobuf import text_format

from memplan.rewrite import Assignment, applied
from memplan.study import Study

__all__ = ["changed_names", "optimised_pb", "optimised_pbtxt", "sharers"]


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


def optimised_pb(study: Study) -> bytes:
    """The file's own net with its ops in order and its blobs renamed, as a binary NetDef.

    Args:
        study: Of a recycler's plan, and of a net that was read from a NetDef.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
    """
    assert study.assignment is not None
    message = applied(study.net.source, study.assignment)
    return bytes(message.SerializeToString(deterministic=True))


def optimised_pbtxt(study: Study) -> bytes:
    """The same net as text.

    Args:
        study: Of a recycler's plan, and of a net that was read from a NetDef.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
    """
    assert study.assignment is not None
    return text_format.MessageToString(applied(study.net.source, study.assignment)).encode()
