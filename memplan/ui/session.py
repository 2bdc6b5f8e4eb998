"""What one visitor has open: the net, what was said about it, how to plan it, what is selected.

Kept in Streamlit's session state, so that one visitor never sees another's. It is changed in
callbacks (before the script runs) and when a wanted net has been read, nowhere else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import streamlit as st

from memplan.formats import InputFile
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.planners import planners_for
from memplan.study import PARALLEL_TYPES, Settings, runs_in_parallel
from memplan.ui.choices import MemoryView
from memplan.ui.compare_choice import Other
from memplan.ui.debug_choice import DebugChoice
from memplan.ui.graph_choice import GraphChoice
from memplan.ui.learn_choice import LearnChoice
from memplan.units import parse_bytes
from memplan.wishes import NO_WISHES

__all__ = ["Opened", "Selection", "Session", "Wanted", "current_session", "usual_planner"]


def usual_planner(*, parallel: bool, dialect: str = "caffe2", placed: bool = False) -> str:
    """What a net is planned by until the visitor says otherwise.

    A plan that comes with it is shown as it is.

    Caffe2 shares whole blobs by their names: we do so too, but safely. Elsewhere offsets in an
    arena are usual.
    """
    if placed:
        return "given"
    if dialect != "caffe2" and not parallel:
        return "greedy_by_size"
    return "safe_parallel" if parallel else "safe"


@dataclass(frozen=True, slots=True)
class Selection:
    """What all views show: a blob by its name or an op by its step, and a moment of the run.

    Attributes:
        at: The step that was chosen on a time axis; it stays when a blob or an op is chosen.
    """

    blob: str | None = None
    op: int | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A net that was asked for and is not read yet: a sample, or files."""

    title: str
    sample: str | None = None
    files: tuple[InputFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The net that is open, as its files give it: no roles yet, no shapes worked out.

    Attributes:
        title: What to call it: the sample's title, or the name of a file.
        files: Kept, so that an init net that comes later can join them.
        sample: Its id, when it is a bundled net.
        line: For a sample: what to look at.
        dims: For a sample: numbers for its free dims, to begin with.
    """

    title: str
    net: Net
    digest: str
    files: tuple[InputFile, ...] = ()
    sample: str | None = None
    line: str = ""
    dims: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Session:
    """One visitor's state.

    Attributes:
        given: Shapes that the visitor supplied, by blob.
        roles: Roles that the visitor set, by blob.
        dims: Numbers for dims that the net leaves free, by name.
        agreed: The last `given`, `roles` and `dims` that the net agreed with.
        selected: The one selection of the whole app.
        error: One sentence on why the last file was not opened.
        wrong: One sentence for each shape field that cannot be read, by blob.
        stopped: The work that the visitor stopped; it is not begun again unasked.
        dropped: What was wanted when the visitor stopped its opening.
        uploads: Counts uploads, so that the drop zone is empty again after each.
        capacity: How much memory there is, as the visitor wrote it.
        view: What is shown of the plan's memory.
        other: Side B of a comparison; side A is the rest of the session.
        graph: What is shown of the graph.
        learn: What is shown on the page Learn.
        debug: What is asked on the page Debug.
        turn_to: The path of the page that a button on this one leads to.
        page: The path of the page that is shown.
        mirrored: The query of the URL as we wrote it last, `before` the one before that,
            `written` when (a monotonic clock).
        linked: A query that is about the wanted net, to be followed once that is open.
        chosen: Whether the planner is the visitor's choice, and not the usual one for the net.
    """

    opened: Opened | None = None
    wanted: Wanted | None = None
    given: dict[str, TensorType] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    dims: dict[str, int] = field(default_factory=dict)
    agreed: tuple[dict[str, TensorType], dict[str, Role], dict[str, int]] = field(
        default_factory=lambda: ({}, {}, {})
    )
    settings: Settings = field(
        default_factory=lambda: Settings(planner=usual_planner(parallel=False))
    )
    selected: Selection = Selection()
    error: str | None = None
    wrong: dict[str, str] = field(default_factory=dict)
    stopped: Hashable = None
    dropped: Wanted | None = None
    uploads: int = 0
    capacity: str = ""
    view: MemoryView = MemoryView.TIMELINE
    other: Other = field(default_factory=Other)
    graph: GraphChoice = field(default_factory=GraphChoice)
    learn: LearnChoice = field(default_factory=LearnChoice)
    debug: DebugChoice = field(default_factory=DebugChoice)
    turn_to: str | None = None
    page: str | None = None
    mirrored: dict[str, str] | None = None
    before: dict[str, str] | None = None
    written: float = 0.0
    linked: dict[str, str] | None = None
    chosen: bool = False

    def open(self, opened: Opened) -> None:
        """Show another net: what was said about the last one no longer holds."""
        same = self.opened is not None and self.opened.digest == opened.digest
        self.opened, self.error, self.stopped = opened, None, None
        if not same:
            self.given, self.roles, self.dims = {}, {}, dict(opened.dims)
            self.agreed = {}, {}, dict(opened.dims)
            self.wrong, self.selected, self.graph = {}, Selection(), GraphChoice()
            self.debug = self.debug.for_another_net()
            if self.other.same_net:
                self.other = self.other.with_net()
            # What was asked about blobs of the last net is no question about this one.
            self.settings = replace(self.settings, parallel=None, recycling=None, wishes=NO_WISHES)
            possible = {entry.name for entry in planners_for(opened.net)}
            if not self.chosen or self.settings.planner not in possible:
                self.chosen = False
                self.settings = replace(self.settings, planner=self.usual)

    def close(self) -> None:
        """Show no net, as on the first visit; how to plan stays as it was chosen."""
        self.opened, self.error, self.stopped = None, None, None
        self.selected = Selection()

    def select(self, *, blob: str | None = None, op: int | None = None) -> None:
        """Select a blob or an op, or neither; the chosen moment stays."""
        self.selected = Selection(blob, op, self.selected.at)
        self.graph = self.graph.pick(None)

    def change_graph(self, graph: GraphChoice) -> None:
        """Show the graph otherwise; a fold that is picked is what is selected."""
        if graph.picked is not None and graph.picked != self.graph.picked:
            self.select()
        self.graph, self.stopped = graph, None

    def go_to(self, step: int | None) -> None:
        """Choose a moment of the run; what is selected stays."""
        self.selected = replace(self.selected, at=step)

    def want(self, wanted: Wanted) -> None:
        """Ask for another net; it is read when the script runs."""
        self.wanted, self.error, self.stopped, self.linked = wanted, None, None, None

    @property
    def parallel(self) -> bool:
        """Whether ops of the open net may run at the same time: as its type says, or as set."""
        return self.opened is not None and runs_in_parallel(self.opened.net, self.settings)

    @property
    def usual(self) -> str:
        """The planner for the open net when none was chosen."""
        return usual_planner(parallel=self.parallel, dialect=self.dialect, placed=self.placed)

    @property
    def has_graph(self) -> bool:
        """Whether the open net has ops, and is not a list of buffers; so where none is open."""
        return self.opened is None or self.opened.net.given is None

    @property
    def placed(self) -> bool:
        """Whether the open net came with a plan."""
        return self.opened is not None and self.opened.net.placed is not None

    @property
    def dialect(self) -> str:
        """The dialect of the open net; Caffe2's where none is open."""
        return self.opened.net.dialect if self.opened is not None else "caffe2"

    def choose(self, planner: str) -> None:
        """Plan by the planner of that name; the usual one is no choice of its own."""
        self.chosen = planner != self.usual
        self.change(planner=planner)

    def run_in_parallel(self, parallel: bool) -> None:  # noqa: FBT001  it is what is said
        """Take ops to run in parallel, or one by one; a safe planner follows."""
        safe = {usual_planner(parallel=p, dialect=self.dialect) for p in (False, True)}
        by_type = self.opened is not None and self.opened.net.type in PARALLEL_TYPES
        self.change(parallel=None if parallel == by_type else parallel)
        if self.settings.planner in safe:
            self.choose(self.usual)

    def limit(self, text: str) -> None:
        """Measure plans against a size as people write it; what is none is no limit."""
        self.capacity = text.strip()
        try:
            self.change(capacity=parse_bytes(text) if self.capacity else None)
        except ValueError:
            self.change(capacity=None)

    def change(self, **settings: object) -> None:
        """Plan in another way from now on."""
        self.settings = replace(self.settings, **settings)  # type: ignore[arg-type]  # by name
        self.stopped = None


def current_session() -> Session:
    """The state of the visitor whose script runs."""
    if "memplan" not in st.session_state:
        st.session_state["memplan"] = Session()
    state = st.session_state["memplan"]
    assert isinstance(state, Session)
    return state
