"""What is compared: side A as the sidebar has it, side B as it is chosen here; and who wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from memplan.formats import InputFile
from memplan.planners import PLANNERS, RecyclerEntry
from memplan.samples import samples
from memplan.shapes import free_dims
from memplan.study import Study
from memplan.ui.choices import ALIGNMENTS
from memplan.ui.compare_choice import Other
from memplan.ui.compare_dims import dim_fields, dims_of
from memplan.ui.compare_other import Compared, compared, opened_as_b, other_side, swap
from memplan.ui.compare_url import COUNTED
from memplan.ui.session import Opened, Wanted, current_session
from memplan.ui.sidebar import planner_names
from memplan.ui.text import literal
from memplan.ui.work import guarded
from memplan.units import format_bytes
from memplan.views.names import shown
from memplan.views.steps import extent

__all__ = ["choose_sides"]

_TOLD = 3  # free dims in a line: a net has a batch, a length or two
SAME, OWN, SAMPLE, AFTER = "same", "own", "sample ", "after "
COUNTS = {
    "all": "Inputs and outputs too",
    "no_inputs": "Without inputs",
    "no_outputs": "Without outputs",
    "inside": "Without both",
}


def choose_sides(first: Study) -> Compared | None:
    """Draw both sides with what B can be; None where B has no plan."""
    left, middle, right = st.columns([8, 2, 12], vertical_alignment="center")
    with left, st.container(border=True):
        _first(first)
    with right, st.container(border=True):
        _second()
        side = None
        with guarded("side B"):
            side = other_side()
        error = current_session().other.error
        if error is not None:
            st.error(literal(error), icon=":material/error:")
        if side is not None:
            dims = dims_of(current_session(), side.opened)
            st.caption(":orange-badge[B] " + _extent(side.opened, side.study, dims))
    with middle:
        st.button(
            "Swap",
            icon=":material/swap_horiz:",
            key="swap sides",
            help="A becomes B, and B becomes A.",
            on_click=swap,
            args=(side,),
            disabled=side is None,
            width="stretch",
        )
    return None if side is None else compared(first, side)


def _first(study: Study) -> None:
    opened = current_session().opened
    assert opened is not None
    st.markdown(f":blue-badge[A] **{literal(PLANNERS[study.settings.planner].title)}**")
    said = _extent(opened, study, current_session().dims)
    st.caption(f"{said}  \nChosen in the sidebar.")


def _extent(opened: Opened, study: Study, dims: Mapping[str, int]) -> str:
    settings = study.settings
    parts = [f"{opened.title}, {extent(study.net)}"]
    free = [dim.name for dim in free_dims(opened.net)]
    parts += [f"{shown(name, 24)} {dims.get(name, 'free')}" for name in free[:_TOLD]]
    if settings.alignment > 1:
        parts.append(f"aligned to {format_bytes(settings.alignment)}")
    external = replace(settings.accounting, state=True)
    counted = next(word for word, each in COUNTED.items() if each == external)
    if counted != "all":
        parts.append(COUNTS[counted].lower())
    return " · ".join(map(literal, parts))


def _second() -> None:
    planner, net, more = st.columns([7, 7, 2], vertical_alignment="bottom")
    with planner:
        _planner()
    with net:
        _net()
    with more, st.popover("", icon=":material/tune:", help="More settings of side B"):
        _settings()
    if current_session().other.own:
        _drop_zone()


def _choice(
    label: str,
    options: list[str],
    chosen: str,
    take: Callable[[str], Other],
    words: Callable[[str], str],
) -> None:
    """A list of which the choice is kept in the session; `take` makes the new side B of it."""
    key = f"side b {label}"
    # Set before the widget is drawn: a link, a click on a bar and the swap choose too.
    st.session_state[key] = chosen

    def changed() -> None:
        session = current_session()
        session.other, session.stopped = take(st.session_state[key]), None

    st.selectbox(label, options, format_func=words, key=key, on_change=changed)


def _planner() -> None:
    session = current_session()
    _choice(
        "B: planner",
        planner_names(),
        session.other.settings(session.settings, graph=session.has_graph).planner,
        lambda name: replace(session.other, planner=name),
        lambda name: PLANNERS[name].title,
    )


def _net() -> None:
    other = current_session().other
    recyclers = [name for name in planner_names() if isinstance(PLANNERS[name], RecyclerEntry)]
    titles = {sample.id: sample.title for sample in samples()}
    own = other.opened.title if other.opened else "Files of yours …"
    words = {SAME: "The same net", OWN: own}
    words |= {f"{AFTER}{name}": f"After {PLANNERS[name].title}" for name in recyclers}
    words |= {f"{SAMPLE}{name}": title for name, title in titles.items()}
    _choice("B: net", list(words), _net_word(other), _take_net, lambda word: words[word])


def _net_word(other: Other) -> str:
    if other.own:
        return OWN
    if other.after is not None:
        return f"{AFTER}{other.after}"
    return SAME if other.sample is None else f"{SAMPLE}{other.sample}"


def _take_net(word: str) -> Other:
    other = current_session().other
    if word.startswith(AFTER):
        return other.with_net(after=word.removeprefix(AFTER))
    if word.startswith(SAMPLE):
        return other.with_net(sample=word.removeprefix(SAMPLE))
    return other.with_net(own=word == OWN)


def _settings() -> None:
    other = current_session().other
    as_a = "as A"
    _choice(
        "Alignment",
        [as_a, *map(str, ALIGNMENTS)],
        str(other.alignment or as_a),
        lambda word: replace(other, alignment=None if word == as_a else int(word)),
        lambda word: word if word == as_a else "none" if word == "1" else format_bytes(int(word)),
    )
    _choice(
        "Counted",
        [as_a, *COUNTED],
        next((word for word, each in COUNTED.items() if each == other.accounting), as_a),
        lambda word: replace(other, accounting=COUNTED.get(word)),
        lambda word: COUNTS.get(word, word),
    )
    parallel = {as_a: None, "one by one": False, "in parallel": True}
    _choice(
        "Ops run",
        list(parallel),
        next(word for word, each in parallel.items() if each is other.parallel),
        lambda word: replace(other, parallel=parallel[word]),
        str,
    )
    opened = opened_as_b()
    if opened is not None:
        dim_fields(opened)


def _drop_zone() -> None:
    session = current_session()
    zone = f"side b upload {session.other.uploads}"
    st.file_uploader(
        "Open a net as side B",
        accept_multiple_files=True,
        key=zone,
        on_change=_take_files,
        args=(zone,),
        help="As in the sidebar: a predict net, its init net and its shapes, or a zip of them. "
        "Shapes given for A's inputs hold for B's of the same name.",
    )


def _take_files(zone: str) -> None:
    files = st.session_state.get(zone) or []
    if files:
        session = current_session()
        new = tuple(InputFile(file.name, file.getvalue()) for file in files)
        wanted = Wanted(new[0].name, files=new)
        session.other = replace(session.other, wanted=wanted, uploads=session.other.uploads + 1)
        session.stopped = None
