"""What stands above and below the graph: what is drawn, what is folded, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from memplan.ui.graph_choice import GraphChoice
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.views.fold_choice import WHOLE, FoldBy
from memplan.views.fold_tree import Fold
from memplan.views.graph import GraphNode, GraphOptions, GraphView, NodeKind
from memplan.views.names import shown

__all__ = ["fold_box", "fold_details", "open_fold", "pick_fold", "picked_fold", "show_popover"]
__all__ += ["what_is_shown"]

FOLDED = {
    FoldBy.NOTHING: "Nothing folded",
    FoldBy.SCOPES: "Name scopes folded",
    FoldBy.BLOCKS: "Repeated blocks folded",
}


def show_popover() -> tuple[GraphOptions, bool]:
    """What is drawn and how: the options of the graph, and whether it shall be plain."""
    with st.popover("Show", icon=":material/visibility:"):
        weights = st.toggle("Show weights", key="draw weights")
        plain = st.toggle(
            "Plain graph",
            key="plain graph",
            help="Drawn by Graphviz in your browser: no clicks, but text to select and print.",
        )
    return GraphOptions(weights=weights), plain


def fold_box(by: FoldBy) -> None:
    """What is folded; `by` is what the graph on the screen is folded by."""
    st.session_state["fold by"] = by
    st.selectbox(
        "Fold",
        list(FoldBy),
        format_func=FOLDED.__getitem__,
        key="fold by",
        on_change=_take_fold,
        label_visibility="collapsed",
        width=210,
    )


def _take_fold() -> None:
    session = current_session()
    session.change_graph(session.graph.fold(st.session_state["fold by"]))


def what_is_shown(whole: GraphView, view: GraphView, folds: Sequence[Fold]) -> None:
    """How much of the net is in the picture, and the way back to all of it.

    Args:
        folds: Those that are open and hold what is selected, the outermost first.
    """
    choice = current_session().graph
    unfolded = choice.by is FoldBy.NOTHING and len(whole.nodes) > WHOLE
    changed = choice.opened or choice.wanted.active or unfolded
    if len(view.nodes) == len(whole.nodes) and not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = f"{len(view.nodes):,} of {len(whole.nodes):,} nodes"
        if choice.by is None and view.inside:
            words += ": large nets open folded"
        st.caption(words, width="content")
        if choice.wanted.active:
            _link("Show all", choice.show_all())
        if view.inside:
            _link("Unfold all", choice.fold(FoldBy.NOTHING))
        if choice.opened or unfolded:
            again = None if unfolded else choice.by
            _link("Fold again", choice.fold(again))
        if folds:
            inner = folds[-1]
            label = f"Fold {literal(shown(inner.label, 24))} again"
            _link(label, choice.close(inner.id), key="Fold one again")


def _link(label: str, choice: GraphChoice, key: str | None = None) -> None:
    """A button that shows the graph otherwise."""
    st.button(
        label,
        key=f"graph {key or label}",
        type="tertiary",
        on_click=current_session().change_graph,
        args=(choice,),
    )


def fold_details(view: GraphView) -> None:
    """The fold that was clicked, with what is known of it and a button to open it."""
    node = picked_fold(view)
    if node is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Folded: {literal(shown(node.name, 60))}**", width="stretch")
            st.button("Unfold", key="unfold", on_click=open_fold, args=(node,))
        facts = [f"**{word.capitalize()}** {literal(text)}" for word, text in node.details[1:]]
        st.markdown("  \n".join(facts))


def picked_fold(view: GraphView) -> GraphNode | None:
    """The fold that was clicked last, where it is in sight and nothing else is selected."""
    session = current_session()
    node = view.node(session.graph.picked or "")
    chosen = session.selected.blob is not None or session.selected.op is not None
    return None if chosen or node is None or node.kind is not NodeKind.FOLD else node


def pick_fold(node: GraphNode) -> None:
    """Select a fold: it is no blob and no op, but the graph's own matter."""
    session = current_session()
    session.change_graph(session.graph.pick(node.id))


def open_fold(node: GraphNode) -> None:
    """Show what lies in a fold, its first op selected, so that the eye finds it."""
    session = current_session()
    session.change_graph(session.graph.open(node.id))
    session.select(op=node.step)
