"""The net and the study of side B, and how the two sides change places."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from memplan.errors import MemplanError
from memplan.formats import InputFile
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.planners import PLANNERS
from memplan.planners.renaming import renamed
from memplan.rewrite import applied
from memplan.study import Settings, Study, prepare
from memplan.ui.compare_choice import Other
from memplan.ui.compare_dims import dims_of, told_apart, usual_dims, without_strangers
from memplan.ui.current import current_net, net_key, study_key
from memplan.ui.downloads import file_stem
from memplan.ui.opening import read_wanted
from memplan.ui.searching import studied
from memplan.ui.session import Opened, Session, Wanted, current_session
from memplan.ui.work import made_once, remembered
from memplan.views.compare import Comparison
from memplan.views.net_files import optimised_pb
from memplan.views.sharing import changed_names

__all__ = ["Compared", "Side", "compared", "opened_as_b", "other_side", "swap"]


@dataclass(frozen=True, slots=True)
class Side:
    """Side B, worked out.

    Attributes:
        key: All that the study depends on.
        made: The plan of A's net by whose names B's net was made, where it was.
    """

    opened: Opened
    study: Study
    key: Hashable
    made: Study | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides, and all that they depend on."""

    both: Comparison
    key: Hashable


def compared(first: Study, side: Side) -> Compared:
    """Put side B beside side A."""
    names: Mapping[str, str] = {}
    broken = None
    if side.made is not None and side.made.assignment is not None:
        names, broken = changed_names(side.made.assignment), side.made.unsafe
    both = Comparison(first, side.study, MappingProxyType(names), broken)
    made_by = side.made.settings if side.made else None
    return Compared(both, ("comparison", study_key(), side.key, made_by))


def other_side() -> Side | None:
    """Plan side B; None when there is no net for it yet, or the work was stopped.

    Raises:
        MemplanError: Its net cannot be read or planned.
    """
    session = current_session()
    _read_dropped(session)
    made = _made_of(session) if session.other.after else None
    opened = _opened(session, made)
    if opened is None:
        return None
    without_strangers(session, opened)
    net, key = _sized(session, opened)
    if net is None:
        return None
    settings = session.other.settings(session.settings, graph=session.has_graph)
    planned = _planned(opened.title, net, key, settings)
    return None if planned is None else Side(opened, planned, _key(key, settings), made)


def _key(net: Hashable, settings: Settings) -> Hashable:
    """As `study_key` makes it for side A: one plan is made once, whichever side asks."""
    return "study", net, settings


def _planned(title: str, net: Net, key: Hashable, settings: Settings) -> Study | None:
    return made_once(
        _key(key, settings),
        f"Planning {title} by {PLANNERS[settings.planner].title}",
        lambda progress: studied(net, settings, progress),
        ops=len(net.ops),
    )


def _read_dropped(session: Session) -> None:
    """Read dropped files; whatever comes of it, they are not read again."""
    other = session.other
    if other.wanted is None:
        return
    before = other.opened.files if other.opened else ()
    try:
        opened = read_wanted(other.wanted, before)
    except MemplanError as error:
        session.other = replace(other, wanted=None, error=str(error))
    else:
        session.other = replace(other, wanted=None, error=None).with_opened(opened)


def opened_as_b() -> Opened | None:
    """The net of side B as its files give it; None where there is none, or it is made of A's."""
    session = current_session()
    return None if session.other.after else _opened(session, None)


def _opened(session: Session, made: Study | None) -> Opened | None:
    other = session.other
    if other.opened is not None:
        return other.opened
    if other.own or (other.after and made is None):
        return None
    if other.sample is not None:
        wanted = Wanted(other.sample, sample=other.sample)
        return remembered(("sample", other.sample), lambda: read_wanted(wanted, ()))
    if made is not None:
        key = "after", net_key(), made.settings
        return remembered(key, lambda: _after(session, made))
    return session.opened


def _made_of(session: Session) -> Study | None:
    """The plan by whose names the optimised net is made, of the net of side A."""
    net = current_net()
    if net is None or session.opened is None or session.other.after is None:
        return None
    settings = replace(session.settings, planner=session.other.after)
    return _planned(session.opened.title, net, net_key(), settings)


def _after(session: Session, made: Study) -> Opened:
    """The net under the names that a recycler chose."""
    net = current_net()
    assert session.opened is not None
    assert made.assignment is not None
    assert net is not None
    net = renamed(net, made.assignment)
    files: tuple[InputFile, ...] = ()
    if made.net.source is not None and made.net.dialect == "caffe2":
        net = replace(net, source=applied(made.net.source, made.assignment))
        files = (InputFile(f"{file_stem(session.opened.title)}.optimised.pb", optimised_pb(made)),)
    title = f"{session.opened.title} after {PLANNERS[made.settings.planner].title}"
    return Opened(title, net, net.digest(), files)


def _sized(session: Session, opened: Opened) -> tuple[Net | None, Hashable]:
    """B's net with roles and sizes, and all that they depend on."""
    if session.other.same_net and not session.other.dims:
        return current_net(), net_key()
    given, roles = _said(session, opened)
    dims = dims_of(session, opened)
    shapes = tuple(sorted((name, repr(what)) for name, what in given.items()))
    key = "net", opened.digest, shapes, tuple(sorted(roles.items())), tuple(sorted(dims.items()))
    net = made_once(
        key,
        f"Working out the shapes of {opened.title}",
        lambda progress: prepare(opened.net, given, roles, progress, dims),
        ops=len(opened.net.ops),
    )
    return net, key


def _said(session: Session, opened: Opened) -> tuple[dict[str, TensorType], dict[str, Role]]:
    """Shapes and roles that the visitor set for B's blobs.

    What was said of A's holds for those of the same name, but not in a bundled net, which knows
    all its sizes.
    """
    other = session.other
    if other.same_net:
        return dict(session.given), dict(session.roles)
    names = set() if opened.sample else set(opened.net.names())
    given = {name: what for name, what in session.given.items() if name in names}
    roles = {name: what for name, what in session.roles.items() if name in names}
    return given | dict(other.given), roles | dict(other.roles)


def swap(side: Side) -> None:
    """Make A what B is and B what A is; a callback."""
    session = current_session()
    first, second = session.settings, side.study.settings
    assert session.opened is not None
    before = session.opened, dict(session.dims)
    if session.other.same_net:
        session.dims = dims_of(session, side.opened)
    else:
        session.other = _exchange_nets(session, side.opened, session.opened)
    usual = usual_dims(session, before[0])
    other = replace(session.other, dims=told_apart(before[1], usual))
    session.settings, session.stopped = second, None
    session.chosen = second.planner != session.usual
    session.other = other.with_settings(first, second)


def _exchange_nets(session: Session, opened: Opened, before: Opened) -> Other:
    """Open B's net as A's, and A's as B's; what was said of either goes along."""
    said = MappingProxyType(session.given), MappingProxyType(session.roles)
    given, roles = _said(session, opened)
    dims = dims_of(session, opened)
    session.open(opened)
    session.given, session.roles, session.dims = given, roles, dims
    if before.sample is not None and not any(said):
        return session.other.with_net(sample=before.sample)
    return replace(session.other.with_opened(before), given=said[0], roles=said[1])
