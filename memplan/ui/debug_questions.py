"""Debug, the questions: why is a blob where it is, and why does it not share with another?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from memplan.explain import Versus, why, why_not
from memplan.explain.bytes_of import mates_of
from memplan.study import Study
from memplan.ui.current import names_of, study_key
from memplan.ui.debug_choice import Section
from memplan.ui.debug_links import ask_about, blob_field, op_buttons, sentence, show_button
from memplan.ui.memory import CHART
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once, remembered
from memplan.views.explaining import versus_sentence, why_sentences
from memplan.views.names import shown
from memplan.views.pair_picture import pair_figure
from memplan.views.what_ifs import Tweak, TweakKind

__all__ = ["add_tweak", "questions_section"]


def questions_section(study: Study | None) -> None:
    """Two fields for two blobs; an answer for the first, and one for the pair."""
    assert study is not None
    left, right = st.columns(2)
    debug = current_session().debug
    a = debug.a or current_session().selected.blob
    with left:
        blob_field(study.net, "Why is it here?", "question a", a, _take_fields)
    with right:
        blob_field(study.net, "Why not together with …", "question b", debug.b, _take_fields)
    a, b = _known(study, a), _known(study, debug.b)
    if a is None:
        st.caption("Choose a blob: here stands why it lies where it does. With a second one, "
                   "whether the two could share memory, and why they do not.")  # fmt: skip
        return
    with guarded("the answer"):
        _why(study, a)
    if b is not None and b != a:
        with guarded("the answer about the two"):
            _why_not(study, a, b)
    elif b == a:
        st.caption("Choose another blob as the second one.")


def _take_fields() -> None:
    """Keep what stands in the fields, which the address says then; a callback."""
    session = current_session()
    a, b = (st.session_state[key] or None for key in ("question a", "question b"))
    session.debug = replace(session.debug, section=Section.QUESTIONS, a=a, b=b)
    session.stopped = None
    session.select(blob=a)


def _known(study: Study, name: str | None) -> str | None:
    if name is None or name in set(names_of(study.net)):
        return name
    st.error(f"There is no blob {literal(shown(name, 60))} in this net; check its name.")
    return None


def _why(study: Study, blob: str) -> None:
    told = remembered((study_key(), "why", blob), lambda: why(study, blob))
    with st.container(border=True):
        st.markdown(f"##### Why is {literal(shown(blob, 60))} here?")
        for line in why_sentences(told, study):
            sentence(line)
        with st.container(horizontal=True, gap="small"):
            show_button("Show it in graph and timeline", "show a", blob=blob)
            for mate in mates_of(study.plan, told.buffer)[:5] if told.buffer else ():
                st.button(
                    literal(f"and {shown(mate, 30)}?"),
                    key=f"ask mate {mate}",
                    on_click=ask_about,
                    args=(blob, mate),
                    help="A blob that has some of its bytes at another time",
                )


def _why_not(study: Study, a: str, b: str) -> None:
    found = made_once(
        (study_key(), "why not", a, b),
        "Planning with the two together",
        lambda progress: why_not(study, a, b, progress=progress),
    )
    if found is None:
        return
    with st.container(border=True):
        st.markdown(
            f"##### Could {literal(shown(a, 40))} and {literal(shown(b, 40))} share memory?"
        )
        sentence(versus_sentence(found, study), _icon(found))
        figure = pair_figure(study, found)
        if figure is not None:
            st.plotly_chart(figure, key="pair picture", config=CHART)
        op_buttons(study.net, _ops(found), "pair")
        _try(study, found)


def _icon(found: Versus) -> str:
    if found.do_share:
        return ":green-badge[They do]"
    return ":blue-badge[They could]" if found.can_share else ":orange-badge[No]"


def _ops(found: Versus) -> tuple[int, ...]:
    """The ops that the answer speaks of."""
    steps = [live.begin for live in found.together[:3]]
    if found.keeper is not None and found.keeper.op is not None:
        steps.append(found.keeper.op)
    if found.missing is not None:
        steps += [*found.missing.users[-2:], found.missing.writer]
    if found.broken is not None:
        steps.append(found.broken.op)
    return tuple(steps)


def _try(study: Study, found: Versus) -> None:
    """What can be tried with the two."""
    if study.net.given is not None and study.net.placed is not None:
        return
    kind = TweakKind.APART if found.do_share else TweakKind.TOGETHER
    if not found.can_share:
        return
    st.button(
        "See the plan with the two apart"
        if found.do_share
        else "See the plan with the two together",
        key="try pair",
        icon=":material/science:",
        on_click=add_tweak,
        args=(Tweak(kind, found.a, found.b),),
    )


def add_tweak(tweak: Tweak) -> None:
    """Try one more change, and turn to what it changes; for callbacks."""
    session = current_session()
    session.debug = replace(session.debug.with_tweak(tweak), section=Section.WHAT_IF)
    session.stopped = None
