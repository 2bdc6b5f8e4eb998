"""Plans travel back: the net's own file with the plan in it, for an engine that obeys it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from memplan.errors import FormatError
from memplan.formats import (
    OFFLINE_ALIGNMENT,
    InputFile,
    Kind,
    model_file,
    with_offline_plan,
    with_onnx_plan,
)
from memplan.study import Study
from memplan.views.plan_files import plan_json

__all__ = ["RETURNS", "Return", "plan_for_metadata"]

_Files = Sequence[InputFile]


@dataclass(frozen=True, slots=True)
class Return:
    """A form of the net's own file with a plan in it.

    Attributes:
        name: A key of `RETURNS`, and of the option `--format`.
        title, line: What it is, and what it is good for, in a few words.
        ending: What its files' names end in.
        dialect: The dialect of the nets whose files are of this form.
        make: From a study and the files that its net was read from.
        refuses: Why the form does not take a plan that is otherwise whole; None when it does.
    """

    name: str
    title: str
    line: str
    ending: str
    mime: str
    dialect: str
    make: Callable[[Study, _Files], bytes]
    refuses: Callable[[Study], str | None] = lambda _: None

    def why_not(self, study: Study) -> str | None:
        """Why a study cannot be put so, told before anything is made; None when it can."""
        if study.net.dialect != self.dialect:
            return f"only a net that was read from such a file ({self.name}) can be written so"
        if study.unsafe is not None:
            return "the plan is unsafe"
        if study.plan.offsets is None or study.metrics.unknown:
            return "sizes are unknown"
        return self.refuses(study)

    def made(self, study: Study, files: _Files) -> bytes:
        """The file.

        Raises:
            FormatError: The plan cannot be put so, or the file does not take it.
        """
        why_not = self.why_not(study)
        if why_not is not None:
            raise FormatError(f"no {self.name} with this plan: {why_not}")
        return self.make(study, files)


def plan_for_metadata(study: Study) -> dict[str, object]:
    """The plan as JSON has it, without what differs from run to run."""
    return {key: what for key, what in plan_json(study).items() if key != "seconds"}


def _tflite(study: Study, files: _Files) -> bytes:
    file = model_file(files, Kind.TFLITE)
    return with_offline_plan(file.data, study.plan, file.name)


def _why_no_offline_plan(study: Study) -> str | None:
    if any(op.nets for op in study.net.ops):
        return "the model has several subgraphs"
    if any(offset % OFFLINE_ALIGNMENT for offset in (study.plan.offsets or {}).values()):
        return f"offsets must be multiples of {OFFLINE_ALIGNMENT}: set that alignment"
    return None


def _onnx(study: Study, files: _Files) -> bytes:
    file = model_file(files, Kind.ONNX)
    return with_onnx_plan(file.data, plan_for_metadata(study), file.name)


_ENTRIES = (
    Return(
        "tflite",
        "Model with this plan",
        "TensorFlow Lite Micro places its tensors so",
        ".planned.tflite",
        "application/octet-stream",
        "tflite",
        _tflite,
        _why_no_offline_plan,
    ),
    Return(
        "onnx",
        "Model with this plan",
        "the plan as JSON in its metadata, under memplan.plan",
        ".planned.onnx",
        "application/octet-stream",
        "onnx",
        _onnx,
    ),
)

RETURNS: Mapping[str, Return] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""Every form, by its name."""
