"""Which of the nets given is the predict net, and which its init net.

An init net is made of fills that read nothing, and makes what the other reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from memplan.errors import FormatError, quoted
from memplan.formats.init_net import fills_only, has_fills
from memplan.formats.parts import Part
from memplan.net import Net, free_reads, made_names

__all__ = ["ReadNet", "pair"]

_ADVICE = "give one predict net, and with it at most its init net"


@dataclass(frozen=True, slots=True)
class ReadNet:
    """A net as read, the file that it came from, and the part that the caller gave it."""

    file: str
    net: Net
    part: Part | None = None


def pair(nets: list[ReadNet]) -> tuple[ReadNet, ReadNet | None]:
    """Return the predict net and, when there is one, the init net.

    An init net that comes alone, by no word of the caller's, is opened as a net of its own.

    Raises:
        FormatError: There are too many nets, none, or two that cannot be told apart or have
            nothing to do with one another.
    """
    if not nets:
        raise FormatError(f"no net was given; {_ADVICE}")
    if len(nets) > 2:
        names = ", ".join(quoted(read.file, 40) for read in nets[:4])
        raise FormatError(f"{len(nets)} nets were given ({names}, …); {_ADVICE}")
    if len(nets) == 1:
        return _alone(nets[0]), None
    first, second = nets
    for read in nets:
        if read.net.given is not None:
            other = second if read is first else first
            raise FormatError(
                f"{quoted(read.file)} holds buffers without a graph, and {quoted(other.file)} is "
                "another net; open one of them"
            )
    _check_not_swapped(first, second)
    for init, predict in ((first, second), (second, first)):
        if _is_init(init, predict):
            _check_related(init, predict)
            return predict, init
    raise FormatError(_why_ambiguous(first, second))


def _alone(read: ReadNet) -> ReadNet:
    if read.part is Part.INIT:
        raise FormatError(f"{quoted(read.file)} was given as an init net, but no predict net was")
    return read


def _check_not_swapped(first: ReadNet, second: ReadNet) -> None:
    """The caller's word is taken, but not against what both nets plainly are."""
    for init, predict in ((first, second), (second, first)):
        told = (init.part, predict.part) == (Part.INIT, Part.PREDICT)
        if told and fills_only(predict.net) and not fills_only(init.net):
            raise FormatError(
                f"{quoted(predict.file)} only fills weights, as an init net does, but was given "
                f"as the predict net, and {quoted(init.file)} as its init net; swap the two"
            )


def _is_init(read: ReadNet, other: ReadNet) -> bool:
    """Whether `read` is the init net of `other`, by the caller's word or by its content."""
    parts = (read.part, other.part)
    if parts in ((Part.INIT, None), (Part.INIT, Part.PREDICT), (None, Part.PREDICT)):
        return True
    if parts != (None, None):
        return False
    if fills_only(read.net) != fills_only(other.net):
        return fills_only(read.net)
    return _makes_for(read.net, other.net) and not _makes_for(other.net, read.net)


def _check_related(init: ReadNet, predict: ReadNet) -> None:
    """An init net that gives nothing would be left out without a word, and its shapes missed."""
    if init.net.ops and not _feeds(init.net, predict.net):
        raise FormatError(
            f"{quoted(init.file)} fills nothing that {quoted(predict.file)} reads; "
            "give the init net that was saved with it, or leave it out"
        )


def _makes_for(net: Net, other: Net) -> bool:
    """Whether `net` has fills, needs nothing itself, and makes something that `other` reads."""
    if net.ops and (not has_fills(net) or free_reads(net)):
        return False
    return not net.ops or _feeds(net, other)


def _feeds(net: Net, other: Net) -> bool:
    reads = {*free_reads(other), *other.inputs}
    return any(name in reads for name in made_names(net))


def _why_ambiguous(first: ReadNet, second: ReadNet) -> str:
    names = f"{quoted(first.file)} and {quoted(second.file)}"
    if first.part is not None and first.part is second.part:
        return f"{names} were both given as the {first.part}; {_ADVICE}"
    if fills_only(first.net) and fills_only(second.net):
        return f"{names} are both init nets, made of fill ops alone; {_ADVICE}"
    return f"{names} are both predict nets: neither only fills what the other reads; {_ADVICE}"
