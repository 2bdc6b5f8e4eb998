"""Lesson 10: what real runtimes do, on one and the same net."""

from __future__ import annotations

from memplan.lessons.lesson import Figures, Lesson, Scene, Source
from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["LESSON"]


def _skip() -> Net:
    sketch = Sketch("two ways")
    sketch.given("data", 6)
    sketch.fc("data", "a", 3)
    sketch.fc("a", "b", 12)
    sketch.fc("b", "c", 8)
    sketch.op("Sigmoid", "c", "d")
    sketch.op("Sum", "c d", "e")
    sketch.fc("data", "f", 8)
    sketch.op("Sum", "f e", "g")
    sketch.wanted("g")
    return sketch.net()


def _text(figures: Figures) -> str:
    return f"""
    One net, four engines: each run here is the planner of a real runtime, followed decision by
    decision. Without sharing the net takes {figures.peak(0, "naive")}; the lower bound is
    {figures.bound(0)}.

    Caffe2 gives blobs new names, so that several share one tensor. That works without an arena,
    in any executor, but only whole blobs can be shared: {figures.peak(0)}.

    TensorFlow Lite Micro runs on chips with some kilobytes, and plans offsets, the biggest blob
    first: {figures.peak(1)}. On such a chip the plan is often made at home and shipped with the
    model.

    ONNX Runtime looks for a dead blob of the same shape, and plans offsets for the rest in the
    order of allocation: {figures.peak(2)}. ExecuTorch, biggest first with a rule of its own,
    comes to {figures.peak(3)}.

    PyTorch's eager mode plans nothing: it learns of each op as it runs. Its caching allocator
    rounds requests up, keeps freed blocks in lists by size, and splits large ones. What it needs
    depends on the history of the process, and shows up as “reserved but not allocated”.
    """


LESSON = Lesson(
    "runtimes",
    "How real runtimes do it",
    "Tell the families of planners apart, and what each has to know.",
    (
        Scene("Caffe2", _skip, "caffe2_simple"),
        Scene("TensorFlow Lite Micro", _skip, "tflm"),
        Scene("ONNX Runtime", _skip, "onnxruntime"),
        Scene("ExecuTorch", _skip, "executorch"),
    ),
    _text,
    "Find the op at which the four plans part ways. Then open a net of your own under “Step a "
    "net”, and choose the planner of the runtime that you use.",
    "There is no winner: who allocates at run time pays in fragments, who plans ahead must know "
    "all shapes. Ask which of the four could run a net whose batch size changes between calls.",
    (
        Source(
            "PyTorch, caffe2/core/memonger.cc",
            "https://github.com/pytorch/pytorch/blob/v1.7.0/caffe2/core/memonger.cc",
        ),
        Source(
            "TensorFlow Lite Micro, memory management",
            "https://github.com/tensorflow/tflite-micro/blob/main/tensorflow/lite/micro/docs/"
            "memory_management.md",
        ),
        Source(
            "ONNX Runtime, memory patterns",
            "https://onnxruntime.ai/docs/performance/tune-performance/memory.html",
        ),
        Source(
            "ExecuTorch, memory planning",
            "https://docs.pytorch.org/executorch/stable/compiler-memory-planning.html",
        ),
        Source(
            "PyTorch, CUDA semantics: memory management",
            "https://docs.pytorch.org/docs/stable/notes/cuda.html#memory-management",
        ),
    ),
)
