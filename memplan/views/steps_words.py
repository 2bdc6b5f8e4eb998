"""One plain sentence for each frame of a run: what happens, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.steps import Fact, Frame, Why
from memplan.units import format_bytes
from memplan.views.names import shown

__all__ = ["frame_sentence"]

_SENTENCES: Mapping[Why, str] = MappingProxyType(
    {
        Why.START_RANGES: "{ops} in a row, {blobs} that want memory. Who needs what, and how long?",
        Why.FED: "{blob} comes from outside: it is there before op 0 runs.",
        Why.WRITTEN_FIRST: "Op {step} ({op}) writes {blob}: from here on it holds something.",
        Why.WRITTEN_IN_PLACE: (
            "Op {step} ({op}) writes its result over {blob}, which it has just read: the same "
            "memory goes on living."
        ),
        Why.WRITTEN_AGAIN: (
            "Op {step} ({op}) writes {blob} anew: what it held before is of no more use."
        ),
        Why.READ_HERE: (
            "Op {step} ({op}) reads {blob}: it must still be there, so it is alive up to here."
        ),
        Why.TO_THE_CALLER: "Whoever runs the net reads {blob} after the last op: alive to the end.",
        Why.STAYS_ALWAYS: "{blob} keeps its content from run to run: it is never free.",
        Why.SCRATCH_HERE: "Op {step} ({op}) needs room of its own while it runs, and only then.",
        Why.SUM_STEP: "While op {step} runs, {count} blobs are alive: {bytes} together.",
        Why.SUM_PEAK: (
            "While op {step} runs, {count} blobs are alive: {bytes} together, the most so far."
        ),
        Why.DONE_RANGES: (
            "Done. At op {at} there must be {peak} at once, so no plan for this order of ops can "
            "need less: that is the lower bound."
        ),
        Why.START_TIMED: "{ops}, one after the other. Memory is empty.",
        Why.OP_RUNS: "Op {step} ({op}) runs: it reads {reads} and writes {writes}.",
        Why.FIRST_BYTES: "{blob} needs {bytes}: it goes where nothing lies, at {offset}.",
        Why.NEVER_SHARED: "{blob} needs {bytes}: it gets new bytes above all others, at {offset}.",
        Why.KEEPS_ITS_BYTES: (
            "Nobody reads {blob} any more. Its {bytes} stay taken all the same: no sharing."
        ),
        Why.TAKES_DEAD_BYTES: (
            "{blob} needs {bytes}, and there are bytes of the dead: it takes over memory of "
            "{before}, at {offset}."
        ),
        Why.ON_TOP: "{blob} needs {bytes}, and no hole is so large: it goes on top, at {offset}.",
        Why.LAST_READ: "That was the last reader of {blob}: its {bytes} are free again.",
        Why.DONE_PLAN: (
            "Done: {peak}. The lower bound is {bound}; a better plan may exist, or may not."
        ),
        Why.DONE_PROVEN: "Done: {peak}, which is the lower bound: no plan can need less.",
        Why.DONE_UNSAFE: (
            "Done: {peak}. But this plan is wrong: two blobs are in use on the same bytes."
        ),
        Why.START_BY_SIZE: "{count} blobs, the biggest first: small ones fit into what is left.",
        Why.START_BY_FULLEST: (
            "{count} blobs, those first that are alive where most is alive: there the peak is made."
        ),
        Why.START_BY_LIFE: "{count} blobs, those first that live longest: they are in most ways.",
        Why.START_BY_AREA: "{count} blobs, those first that take most bytes for most of the time.",
        Why.START_OWN_ORDER: "{count} blobs, in the order in which this planner takes them.",
        Why.NEXT_BLOB: (
            "Number {turn}: {blob}, {bytes}. Of what is placed, {rivals} alive together with it: "
            "those must not be touched."
        ),
        Why.NEXT_ALONE: (
            "Number {turn}: {blob}, {bytes}. Nothing that is placed is alive together with it."
        ),
        Why.HOLE_TOO_SMALL: "The hole at {offset} has {hole}, but {blob} needs {bytes}: too small.",
        Why.MISALIGNED: (
            "The hole at {offset} has {hole}, but {blob} must begin at an aligned byte, and then "
            "its {bytes} do not fit."
        ),
        Why.LEAVES_MORE: (
            "The hole at {offset} has {hole}: {blob} fits, but another hole leaves less over."
        ),
        Why.MORE_REFUSED: "{count} more holes are passed over for {blob} in the same way.",
        Why.NOTHING_BELOW: (
            "Nothing that is placed is alive together with {blob}, so it goes to the bottom: "
            "{offset}."
        ),
        Why.IN_A_HOLE: "{blob} fits into the hole at {offset}, below what lies above.",
        Why.ABOVE_ALL: "{blob} goes to {offset}: the lowest place that all its rivals leave free.",
        Why.FIXED_PLACE: "{blob} has a fixed place: {offset}. Others must go around it.",
        Why.SEARCH_START: (
            "Is there a plan of {capacity}? No plan can be lower; so if there is one, it is best."
        ),
        Why.SEARCH_RAISE: (
            "All was tried: there is no plan of {before}. So {capacity} is the next question."
        ),
        Why.SEARCH_PLACE: "Try {blob} at {offset}, as low as what is placed lets it.",
        Why.SEARCH_FULL: (
            "At op {at} what is placed and what is still to come no longer fit below {capacity}: "
            "{blob} is taken back."
        ),
        Why.SEARCH_BACK: "Nothing that was tried above {blob} worked: it is taken back as well.",
        Why.SEARCH_DONE: "Done: {peak}. All that could be lower is ruled out: no plan is better.",
        Why.START_NAMES: "{ops}, one after the other. Blobs may share a slot, under one name.",
        Why.OWN_SLOT: "{blob} gets slot {slot}, which nobody had before.",
        Why.TAKES_SLOT: "{blob} takes slot {slot}: what was there, {before}, is needed no more.",
        Why.FROM_OUTSIDE: "{blob} comes from outside, and keeps memory of its own.",
        Why.LEFT_ALONE: "This planner leaves the net as it is: {text}.",
        Why.OP_ENTERED: (
            "The walk comes to op {step} ({op}): all that it reads is made. It holds the tokens "
            "{tokens}."
        ),
        Why.MISSES_TOKENS: (
            "{blob} may not take the memory of {before}, which asks for the tokens {needs}; the "
            "op holds {tokens}: another branch may still read it."
        ),
        Why.OTHER_BRANCH: (
            "{blob} may not take the memory of {before}: another branch may still read it."
        ),
        Why.OTHER_DEVICE: "{blob} may not take the memory of {before}: it is on another device.",
        Why.LINE_TOO_SMALL: "The memory of {before} is too small for {blob}.",
        Why.CLOSER_FIT: "The memory of {before} would do for {blob}, but another fits better.",
        Why.COSTS_MORE: "{blob} could come after {before}, but all together would then be more.",
        Why.STAYS_ITSELF: "{blob} is wanted outside: it keeps its name, and memory of its own.",
        Why.NEVER_REACHED: "The walk never comes to {blob}, so it keeps memory of its own.",
        Why.THE_REST: "{count} more that this planner does not look at keep memory of their own.",
        Why.CLASH: (
            "{blob} takes slot {slot}, although {before} in it is still needed: here data is lost."
        ),
        Why.SLOT_FREE: "That was the last use of {blob}: slot {slot} may be taken by another.",
    }
)
_COUNTED = {"ops": ("op", "ops"), "blobs": ("blob", "blobs"), "rivals": ("is", "are")}
_PLAIN = frozenset({"op", "slot", "text", "tokens", "needs"})


def frame_sentence(frame: Frame) -> str:
    """Say what a frame shows: one or two short sentences, names in quotes."""
    facts: dict[str, Fact] = {"step": -1 if frame.step is None else frame.step, **frame.facts}
    words = {key.removesuffix("_bytes"): _word(key, fact) for key, fact in facts.items()}
    sentence = _SENTENCES[frame.why].format_map(words)
    if frame.facts.get("shares"):
        sentence += f" It shares bytes with {words['shares']}, never needed at the same time."
    return sentence


def _quoted(name: str) -> str:
    return f"“{shown(name, 40)}”"


def _word(key: str, fact: Fact) -> str:
    if isinstance(fact, tuple):
        return ", ".join(_quoted(name) for name in fact[:4]) or "nothing"
    if isinstance(fact, str):
        return shown(fact, 40) if key in _PLAIN else _quoted(fact)
    if key == "offset_bytes":
        return f"byte {fact:,}"
    if key == "bytes" or key.endswith("_bytes"):
        return format_bytes(fact)
    if key in _COUNTED:
        one, many = _COUNTED[key]
        return f"{fact:,} {one if fact == 1 else many}"
    return f"{fact:,}"
