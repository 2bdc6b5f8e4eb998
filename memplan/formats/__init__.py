"""Files that memplan reads and writes, told apart by their content.

load           files in, one `Net` out: a predict net, with init net, value_info, shapes, zips
FORMATS        the forms that are read
to_bytes, …    a `Net` back to a NetDef
parse_input_shape, read_shapes_json    shapes that come beside a net
to_buffers_csv    a problem or its answer as MiniMalloc's CSV
scratch_rows   what kernels ask for, which comes beside a net too
with_offline_plan, free_dims    a plan into a TensorFlow Lite model; its dims that are free
with_onnx_plan, model_file    a plan into an ONNX model; the one of several files that is a model
"""

from memplan.formats.buffers_csv_write import to_buffers_csv
from memplan.formats.buffers_times import Times
from memplan.formats.kinds import Kind
from memplan.formats.limits import MAX_FILE_BYTES
from memplan.formats.loading import FORMATS, Format, load
from memplan.formats.model_file import model_file
from memplan.formats.netdef_write import to_bytes, to_message, to_text
from memplan.formats.onnx_plan import with_onnx_plan
from memplan.formats.parts import InputFile, Part
from memplan.formats.scratch_csv import scratch_rows
from memplan.formats.shape_args import parse_input_shape, read_shapes_json
from memplan.formats.tflite_read import free_dims
from memplan.formats.tflite_write import OFFLINE_ALIGNMENT, with_offline_plan

__all__ = [
    "FORMATS",
    "MAX_FILE_BYTES",
    "OFFLINE_ALIGNMENT",
    "Format",
    "InputFile",
    "Kind",
    "Part",
    "Times",
    "free_dims",
    "load",
    "model_file",
    "parse_input_shape",
    "read_shapes_json",
    "scratch_rows",
    "to_buffers_csv",
    "to_bytes",
    "to_message",
    "to_text",
    "with_offline_plan",
    "with_onnx_plan",
]
