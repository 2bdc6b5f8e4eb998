"""The net that a recycler made, as a file: the page and the command line write the same bytes."""

from __future__ import annotations

from google.protobuf import text_format

from memplan.errors import InvalidNet
from memplan.formats.netdef_pb2 import NetDef
from memplan.rewrite import applied
from memplan.study import Study

__all__ = ["optimised_pb", "optimised_pbtxt"]


def optimised_pb(study: Study) -> bytes:
    """The file's own net with its ops in order and its blobs renamed, as a binary NetDef.

    Args:
        study: Of a recycler's plan, and of a net that was read from a NetDef.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
        InvalidNet: The net was read from a format that names each value once.
    """
    message = _renamed(study)
    return bytes(message.SerializeToString(deterministic=True))


def optimised_pbtxt(study: Study) -> bytes:
    """The same net as text.

    Args:
        study: Of a recycler's plan, and of a net that was read from a NetDef.

    Raises:
        InvalidStepNet: A step net is given twice, or its text is no net.
        InvalidNet: The net was read from a format that names each value once.
    """
    return text_format.MessageToString(_renamed(study)).encode()


def _renamed(study: Study) -> NetDef:
    assert study.assignment is not None
    if study.net.dialect != "caffe2":
        raise InvalidNet(
            "only a Caffe2 net can be written with blobs that share names: other formats name "
            "each value once; take the plan itself, as JSON"
        )
    renamed: NetDef = applied(study.net.source, study.assignment)
    return renamed
