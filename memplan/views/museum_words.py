"""The stories of the museum's pieces: what happened, what is to be learnt; and its rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from memplan.museum import PIECES, Piece

__all__ = ["Story", "rooms", "story_of"]


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, and what a planner must heed."""

    told: str
    moral: str


def story_of(piece: Piece) -> Story:
    """The story of a piece; its line alone where none is told."""
    return _STORIES.get(piece.name) or Story(piece.line, "")


def rooms() -> dict[str, tuple[Piece, ...]]:
    """The pieces by project, in the museum's order."""
    found: dict[str, list[Piece]] = {}
    for piece in PIECES.values():
        room = _ROOMS.get(piece.name.partition("_")[0], "Others")
        found.setdefault(room, []).append(piece)
    return {room: tuple(pieces) for room, pieces in found.items()}


_ROOMS = {
    "caffe2": "Caffe2's memonger",
    "onnxruntime": "ONNX Runtime",
    "executorch": "ExecuTorch",
    "inductor": "PyTorch Inductor",
}
_STORIES: Mapping[str, Story] = MappingProxyType(
    {
        "caffe2_alias": Story(
            "An Alias gives bytes that are there a second name: nothing is copied. The planner "
            "took it for a copy and for the last reader of a, and gave a's memory away while v, "
            "which is the same memory, was still to be read. Caffe2's own checks found no fault.",
            "Memory lives until the last reader of any of its names.",
        ),
        "caffe2_alias_dag": Story(
            "The same mistake in the pass that walks the graph: once the Alias has run, it "
            "thinks a free. The next op writes its result over the bytes that it reads as v.",
            "Memory lives until the last reader of any of its names.",
        ),
        "caffe2_rewritten": Story(
            "x is read for the last time early on, and written once more later. The planner "
            "looked at reads alone: after the last one x's memory went to z. The second write "
            "then lands on z, although nobody ever wants its result.",
            "A write needs its memory as much as a read does.",
        ),
        "caffe2_false_edges": Story(
            "An op reads w, and a later op writes w anew. Joined by name alone, it looks as if "
            "the later op fed the earlier one, and so as if a8 were used up before a11 is made. "
            "a11 gets the memory of a8, which is still to be read.",
            "A name is no value: what a reader gets depends on the order of the writes.",
        ),
        "caffe2_made_in_place": Story(
            "q is written twice. Between the two, its memory was handed on to b, under one new "
            "name for all of them: the op that reads b and makes q now writes over what it "
            "reads, which not every op can do.",
            "An op works in place only if it says that it can.",
        ),
        "caffe2_output": Story(
            "The caller must list by hand which blobs keep their names, and forgot the output. It "
            "was renamed like any other blob, while the net still promises a blob called out, "
            "which nobody makes any more. The net did not even load.",
            "What a net promises to the outside keeps its name.",
        ),
        "caffe2_input_in_place": Story(
            "An op writes the input in place, so the planner took it for a blob of the net's own "
            "and gave it a new name. Whoever runs the net feeds the old name; the new one holds "
            "nothing.",
            "What comes from outside keeps its name, whoever writes it.",
        ),
        "caffe2_taken_name": Story(
            "Shared memory is called __m0_shared, __m1_shared and so on. This net has an input "
            "of that very name, as nets have that were optimised before. Nobody looked, so a "
            "blob is written over the input.",
            "Give no name that the net has already.",
        ),
        "caffe2_late_reader": Story(
            "The planner was told to look at some of the ops only. One that it was not shown "
            "reads a at the very end; to the planner a was dead long before, and its memory "
            "went to c.",
            "Who is left out of the plan still reads.",
        ),
        "caffe2_nested": Story(
            "The net of the branch reads a, but the op does not list it among its inputs: it "
            "finds a by name when it runs. The planner looked at listed inputs alone, thought a "
            "dead, and gave its memory to c, which the branch writes before it reads a again.",
            "An op reads all that the nets within it read.",
        ),
        "caffe2_dont_share": Story(
            "Somebody asks that one blob be left alone. The planner skips it, and with it the "
            "count of what the Sum still waits for: the Sum is taken to have run too early, s "
            "counts as used up, and u gets its memory. A wish for safety made the plan unsafe.",
            "What may not share must still be followed.",
        ),
        "caffe2_devices": Story(
            "Some ops run on the GPU, the others on the CPU. The quick planner does not look: "
            "it gives one name to a blob here and to a blob there, and an op on the CPU is "
            "handed memory of the GPU.",
            "A piece of memory belongs to one device.",
        ),
        "caffe2_moved_write": Story(
            "This planner puts the ops into a better order first. It kept every op after those "
            "that feed it, and forgot that a name may be written anew only when the old value "
            "has been read: the write moved up, and the readers get the wrong value.",
            "A read comes before the next write of the same name, in every order.",
        ),
        "onnxruntime_7645": Story(
            "Two branches read a. One after the other, the last of them may write over it, and "
            "the planner let it. Run in parallel, the branches take turns as they like, as "
            "here, and the second one reads what the first has written. A detection model "
            "failed with a negative shape.",
            "Where ops run in parallel, write in place only if nobody else reads the input.",
        ),
        "onnxruntime_19480": Story(
            "Work goes to several streams, each in an order of its own. The planner counted the "
            "readers of a buffer anew for each stream and lost some of them: memory counted as "
            "free while another stream still used it. Large image models crashed, now and then.",
            "Two streams share memory only where a dependency keeps them apart.",
        ),
        "onnxruntime_21019": Story(
            "The op makes two outputs, and nobody reads mask. Memory was freed after its last "
            "reader; without one, before the op had even run. The other output got the same "
            "bytes, and the op wrote both of them there.",
            "Whatever an op writes needs its memory while the op runs, read or not.",
        ),
        "onnxruntime_28359": Story(
            "The memory of an input is the caller's, who feeds it again, perhaps in another "
            "size. The planner laid an output over it. Here somebody still reads the input "
            "afterwards; in the tracker the second run failed, on the shape of the first.",
            "Memory that comes from outside is not the planner's to give away.",
        ),
        "executorch_21490": Story(
            "Each conditional plans its branches in an arena, and these arenas lie on the same "
            "bytes, as if a conditional were over once it returns. But its output still lay in "
            "there, moved and not copied: the next conditional wrote over it, silently.",
            "What a branch returns keeps its bytes until the last reader.",
        ),
        "inductor_187678": Story(
            "The function returns a view of a buffer. The planner looked for the buffer itself "
            "among the outputs, did not find it, and let go of its memory before the caller "
            "got to see the view.",
            "A buffer is an output if any alias of it is.",
        ),
    }
)
