"""Ops whose outputs depend on the data alone, and ops whose outputs are no tensors."""

from __future__ import annotations

from memplan.net import Op
from memplan.ops.caffe2.rules import Types, by_data, family, like, no_tensor, typed
from memplan.ops.schema import OpSchema

__all__ = ["OPS"]


def _transforms_rule(op: Op, _inputs: Types) -> Types:
    """SigridTransforms: ranges and values by turns, as the transforms make them."""
    return [by_data(op, i, None, None, "all dims") for i in range(len(op.outputs))]


def _read_rule(op: Op, _inputs: Types) -> Types:
    """Ops that read a data base, a queue or another machine."""
    return [by_data(op, i, None, None, "all dims") for i in range(len(op.outputs))]


def _box_rule(_op: Op, inputs: Types) -> Types:
    """Calibration: running sums of two blobs, written over them."""
    return [typed(x) for x in inputs[:2]]


_READERS = (  # noqa: SIM905  a table of words, not a column of them
    "TensorProtosDBInput ReadNextBatch ReadRandomBatch DequeueBlobs SafeDequeueBlobs "
    "DequeueRebatchingQueue ReceiveTensor TextFileReaderRead Load UnPackRecords Python "
    "FeedBlob"
).split()

_OBJECTS = (  # noqa: SIM905  a table of words, not a column of them
    "CreateMutex CreateCounter CreateBlobsQueue CreateDB CreateMap CreateScope "
    "CreateTreeCursor CreateTextFileReader CreateCommonWorld CreateAtomicBool "
    "CreateTensorVector CreateRebatchingQueue StatRegistryCreate TimerBegin"
).split()

OPS: tuple[OpSchema, ...] = (
    *family(("SigridTransforms",), _transforms_rule, min_inputs=0),
    *family(_READERS, _read_rule, min_inputs=0),
    *family(_OBJECTS, no_tensor, min_inputs=0),
    *family(
        ("PriorCorrectionCalibrationAccumulate",),
        _box_rule,
        min_inputs=2,
        in_place=((0, 0), (1, 1)),
    ),
    *family(("PriorCorrectionCalibrationPrediction",), like(2), min_inputs=3),
    # They check, count, print or free, and make nothing that holds data.
    *family(("EnforceFinite", "Print", "Free", "Summarize", "Assert", "Save"), None, min_inputs=0),
)
