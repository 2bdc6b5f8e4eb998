"""The selected blob or op: what is known of it, and the way to what it has to do with."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from memplan.net import Net
from memplan.study import Study
from memplan.ui.current import names_of, net_key, study_key
from memplan.ui.links import blob_links, op_links
from memplan.ui.roles import ROLES, set_role
from memplan.ui.selecting import selected, take_from_list
from memplan.ui.session import current_session
from memplan.ui.shapes import shape_field
from memplan.ui.text import literal
from memplan.ui.work import guarded, remembered
from memplan.views.arguments import argument_rows
from memplan.views.decisions import decision_sentence
from memplan.views.mates import memory_mates
from memplan.views.moments import op_memory, standing_sentence
from memplan.views.names import shown, shown_bytes, shown_shape
from memplan.views.rows import MemoryRow, memory_rows
from memplan.views.sentences import role_reason, unknown_reason
from memplan.views.sharing import changed_names, sharing_sentence
from memplan.views.steps import step_word
from memplan.views.uses import Uses, uses_of

__all__ = ["details_panel"]

CHOICES = 10_000
HEIGHT = 330  # pixels, beyond which the details scroll: what is below keeps its place


def details_panel(study: Study) -> None:
    """A blob chosen from the list, or whatever was clicked; below, all that is known of it."""
    with guarded("the details"):
        chosen = selected(study.net)
        _chooser(study.net)
        with st.container(height=HEIGHT, border=False, gap="xxsmall", key="details"):
            if chosen.blob is not None:
                _blob(study, chosen.blob)
            elif chosen.op is not None:
                _op(study, chosen.op)
            else:
                st.caption(
                    "Click a node of the graph, a bar or a row of a table: here stands what it "
                    "is, who makes and reads it, and who has its memory before and after."
                    if study.net.ops
                    else "Click a bar or a row of the table: here stands where it lies, why, and "
                    "who has its memory before and after."
                )


def _chooser(net: Net) -> None:
    if len(names_of(net)) > CHOICES:
        return  # too many for a list: the table below has a search
    st.session_state["chosen blob"] = selected(net).blob
    st.selectbox(
        "Selected blob",
        names_of(net),
        index=None,
        format_func=shown,
        key="chosen blob",
        placeholder="Choose a blob",
        on_change=take_from_list,
        args=("chosen blob",),
        label_visibility="collapsed",
    )


def _blob(study: Study, name: str) -> None:
    blob, row = study.net.blob(name), _row_of(study)[name]
    graph = study.net.given is None
    dtype = blob.dtype.label if blob.dtype else "of unknown type"
    st.markdown(f"**Blob {literal(shown(name, 80))}**")
    _facts(
        {
            "Shape": f"{shown_shape(blob.shape)} {dtype}" if graph else "",
            "Size": shown_bytes(blob.nbytes),
            "Unknown": unknown_reason(blob) if blob.nbytes is None else "",
            "Role": f"{blob.role.value if blob.role else row.kind.value}: {role_reason(blob)}"
            if graph
            else row.kind.value,
            "Alive": _alive(row, step_word(study.net)),
            "Lies": _place(row),
            "New name": _new_name(study, name),
            "At the peak": standing_sentence(study, row.name) if row.planned else "",
        }
    )
    _around(study, name, row)
    _why_there(study, name)
    if not graph:
        return
    with st.expander("Change its role or shape"):
        _role(study.net, name)
        shape_field(blob, place="details")


def _row_of(study: Study) -> Mapping[str, MemoryRow]:
    """The piece of memory of each name."""
    return remembered(
        (study_key(), "row of"),
        lambda: {name: row for row in memory_rows(study) for name in row.names},
    )


def _uses(net: Net) -> Uses:
    return remembered((net_key(), "uses"), lambda: uses_of(net))


def _around(study: Study, name: str, row: MemoryRow) -> None:
    """Producer, consumers, aliases and mates, each to go on to."""
    uses = _uses(study.net)
    made = uses.makers.get(name, ())
    if study.net.given is None:
        op_links("Made by", study.net, made, "maker", "no op: it comes from outside")
        op_links("Read by", study.net, uses.readers.get(name, ()), "reader", "no op")
    blob_links("The same memory as", [n for n in row.names if n != name], "alias")
    mates = memory_mates(study, row.name)
    blob_links("On its bytes before", mates.before, "before")
    blob_links("On its bytes after", mates.after, "after")
    blob_links("On its bytes at the same time", mates.others, "others")


def _alive(row: MemoryRow, word: str) -> str:
    live = row.live
    text = f"from {word} {live.begin:,} until before {word} {live.end:,}"
    gaps = len(row.alive) - 1
    return text if gaps < 1 else f"{text}; nothing of worth in it {gaps:,} time(s) between"


def _place(row: MemoryRow) -> str:
    if not row.planned:
        return "in no planned memory"
    if row.offset is None:
        return ""
    where = f" of {row.space}" if row.space else ""
    group = f" ({row.group.label})" if row.group else ""
    return f"at offset {row.offset:,}{where}{group}"


def _new_name(study: Study, name: str) -> str:
    """Its name in the optimised net, where a recycler gave it another."""
    return changed_names(study.assignment).get(name, "") if study.assignment else ""


def _why_there(study: Study, name: str) -> None:
    buffer = study.buffer_of(name)
    decision = study.decisions.about(name) or study.decisions.about(buffer or "")
    if study.assignment is not None and buffer is not None:
        why = sharing_sentence(study, name)
    elif decision is None:
        return
    else:
        why = ""
    if decision is not None:
        why = f"{why} {decision_sentence(decision, study)}".lstrip()
    st.markdown(f"**Why there?** {literal(why)}")


def _role(net: Net, name: str) -> None:
    key = f"role {hash(net_key())} {name}"
    role = net.blob(name).role
    st.selectbox(
        "Role",
        ROLES,
        index=ROLES.index(role.value) if role else None,
        key=key,
        on_change=set_role,
        args=(name, key),
    )


def _op(study: Study, step: int) -> None:
    op = study.net.ops[step]
    memory = op_memory(study.problem, step)
    st.markdown(f"**Op {step:,}: {literal(shown(op.type, 60))}**")
    _facts(
        {
            "Name": shown(op.name, 120),
            "Alive before": shown_bytes(memory.before),
            "While it runs": shown_bytes(memory.during),
            "After it": shown_bytes(memory.after),
            "Device": str(op.device),
            "Engine": shown(op.engine, 40),
            "Nested nets": ", ".join(f"{shown(k)} ({len(n.ops)} ops)" for k, n in op.nets.items()),
        }
    )
    blob_links("Reads", tuple(dict.fromkeys(op.inputs)), "reads")
    blob_links("Writes", tuple(dict.fromkeys(op.outputs)), "writes")
    _facts({f"Argument {name}": value for name, value in argument_rows(op)})
    st.button(
        "Show what is alive here",
        key="go to op",
        icon=":material/schedule:",
        on_click=current_session().go_to,
        args=(step,),
        help="Sets the moment that the timeline, the curve and the table at a step show",
    )


def _facts(facts: Mapping[str, str]) -> None:
    lines = [f"**{word}** {literal(text)}" for word, text in facts.items() if text]
    if lines:
        st.markdown("  \n".join(lines))
