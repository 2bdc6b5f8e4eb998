"""What an engine counts and shares, and how it plans: settings under the name of the engine.

A figure of ours can only be held against an engine's when both count the same: whether inputs and
outputs lie in the planned memory, what is kept from run to run, what is written in place or passed
on as a view, to how many bytes sizes are rounded, and who places what is left.

                 inputs  outputs  state  in place    views      bytes  planner
    caffe2         -       yes      -    by name     by name       1   caffe2_simple
    tflm          yes      yes      -      -           -          16   tflm
    litert        yes      yes     yes     -           -          64   greedy_by_size
    onnxruntime    -        -       -    some ops    some ops    256   onnxruntime
    executorch    yes      yes     yes     -          yes         16   executorch
    pytorch       yes      yes     yes   by name      yes        512   greedy_by_size
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from memplan.errors import UnknownProfile, quoted
from memplan.liveness import SHARE_NOTHING, Accounting, Sharing
from memplan.net import Net
from memplan.plan import Progress
from memplan.planners.executorch import EXECUTORCH_ALIGNMENT
from memplan.planners.onnxruntime import ONNXRUNTIME_ALIGNMENT
from memplan.planners.tflm import TFLM_ALIGNMENT
from memplan.study import Settings, Study, study

__all__ = ["PROFILES", "Engine", "Profile", "against_engine", "profile_named"]

OURS = ("greedy_by_size", "fullest_first")
"""Planners of ours that are quick enough to be asked beside another."""

# Measured by benchmarks/onnxruntime_in_place.py: the memory of a process that runs one such op over
# what nobody else reads grows by one tensor less. Add, Mul, BatchNormalization and what else is not
# listed have memory of their own.
_ONNXRUNTIME_OPS = """
Cast Clip Elu HardSigmoid LeakyRelu LogSoftmax Relu Selu Sigmoid Softmax Softplus Softsign Tanh
ThresholdedRelu
Flatten Identity Reshape Squeeze Unsqueeze
"""


# ExecuTorch runs these as kernels that copy; of the views of a program only those stay that leave
# every element in its place.
_EXECUTORCH_COPIES = """
aten.expand aten.expand_as aten.broadcast_to aten.slice aten.select aten.narrow aten.diagonal
aten.unfold aten.as_strided aten.split aten.split_with_sizes aten.chunk aten.tensor_split
aten.unbind aten.permute aten.transpose aten.swapaxes aten.t aten.movedim aten.squeeze
aten.unsqueeze
"""


@dataclass(frozen=True, slots=True)
class Profile:
    """An engine, as far as its memory goes.

    Attributes:
        line: What it counts, in one line.
        planner: A key of `PLANNERS`.
        engine: The planner is the engine's own; else one of ours stands for it.
        sharing: What it shares whatever the plan.
        possible: What a plan made for it could count on; None: no more than that.
    """

    name: str
    title: str
    line: str
    planner: str
    alignment: int
    accounting: Accounting
    sharing: Sharing = SHARE_NOTHING
    possible: Sharing | None = None
    engine: bool = True

    def applied_to(self, settings: Settings) -> Settings:
        """The same settings, with all that the engine decides."""
        return replace(
            settings,
            planner=self.planner,
            alignment=self.alignment,
            accounting=self.accounting,
            sharing=self.sharing,
            profile=self.name,
        )


_ENTRIES = (
    Profile(
        "caffe2",
        "Caffe2",
        "Outputs counted, inputs not; in place where the net says so; blobs share names.",
        planner="caffe2_simple",
        alignment=1,
        accounting=Accounting(inputs=False, outputs=True, state=False),
    ),
    Profile(
        "tflm",
        "TensorFlow Lite Micro",
        "The arena's head: inputs and outputs counted, variables not; nothing is in place.",
        planner="tflm",
        alignment=TFLM_ALIGNMENT,
        accounting=Accounting(inputs=True, outputs=True, state=False),
    ),
    Profile(
        "litert",
        "LiteRT",
        "Inputs, outputs and variables counted; greedy by size stands for its arena planner.",
        planner="greedy_by_size",
        alignment=64,
        accounting=Accounting(inputs=True, outputs=True, state=True),
        engine=False,
    ),
    Profile(
        "onnxruntime",
        "ONNX Runtime",
        "The memory pattern: activations alone; some ops in place; give it the graph as saved.",
        planner="onnxruntime",
        alignment=ONNXRUNTIME_ALIGNMENT,
        accounting=Accounting(inputs=False, outputs=False, state=False),
        sharing=Sharing(
            in_place=True, views=True, outputs=False, ops=frozenset(_ONNXRUNTIME_OPS.split())
        ),
        possible=Sharing(in_place=True, views=True, outputs=False),
    ),
    Profile(
        "executorch",
        "ExecuTorch",
        "Inputs, outputs and mutable buffers counted; views cost nothing, nothing is in place.",
        planner="executorch",
        alignment=EXECUTORCH_ALIGNMENT,
        accounting=Accounting(inputs=True, outputs=True, state=True),
        sharing=Sharing(views=True, copies=frozenset(_EXECUTORCH_COPIES.split())),
    ),
    Profile(
        "pytorch",
        "PyTorch",
        "Run eagerly, in blocks of 512 bytes; greedy by size stands for its caching allocator.",
        planner="greedy_by_size",
        alignment=512,
        accounting=Accounting(inputs=True, outputs=True, state=True),
        sharing=Sharing(views=True),
        engine=False,
    ),
)

PROFILES: Mapping[str, Profile] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def profile_named(name: str) -> Profile:
    """Look a profile up.

    Raises:
        UnknownProfile: There is none of that name; the message lists those there are.
    """
    if name not in PROFILES:
        raise UnknownProfile(f"no profile {quoted(name)}; there are: {', '.join(PROFILES)}")
    return PROFILES[name]


@dataclass(frozen=True, slots=True)
class Engine:
    """What an engine reserves, and what a plan of ours needs where it counts the same.

    Attributes:
        reserved: By the engine's own planner.
        plan: The best that ours found, `reserved` itself where that is the best.
    """

    profile: Profile
    reserved: Study
    plan: Study


def against_engine(
    net: Net, profile: Profile, settings: Settings, progress: Progress | None = None
) -> Engine | None:
    """Plan as an engine does, and better if we can; None where its own planner is not ours.

    Args:
        settings: What the profile does not decide.

    Raises:
        InvalidNet: The net is not one that the engine's planner can take.
        Cancelled: `progress` asked to stop.
    """
    if not profile.engine:
        return None
    its = profile.applied_to(settings)
    reserved = study(net, its, progress)
    shared = profile.possible or profile.sharing
    found = [study(net, replace(its, planner=name, sharing=shared), progress) for name in OURS]
    best = min((reserved, *found), key=lambda s: (s.unsafe is not None, s.metrics.peak_bytes))
    return Engine(profile, reserved, best)
