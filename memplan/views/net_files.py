"""The net that a recycler made, as a file: the page and the command line write the same bytes."""

from __future__ import annotations

from google.protobuf import text_format

from memplan.rewrite import applied
from memplan.study import Study

__all__ = ["optimised_pb", "optimised_pbtxt"]


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
