"""Kinds of files: those that are read, and those that people bring by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from memplan.errors import quoted

__all__ = ["CAN_OPEN", "Kind", "why_not_opened"]

CAN_OPEN = (
    "memplan opens ONNX and TensorFlow Lite models, programs of torch.export (.pt2), Caffe2 nets "
    "(predict_net as .pb or .pbtxt, alone, with its init_net and value_info.json), and buffers as "
    "CSV, each also in a zip"
)


class Kind(Enum):
    """What a file is, told from its bytes."""

    NETDEF = auto()
    NETDEF_TEXT = auto()
    JSON = auto()
    ZIP = auto()
    TFLITE = auto()
    BUFFERS_CSV = auto()

    EMPTY = auto()
    HTML = auto()
    XML = auto()
    LFS_POINTER = auto()
    COMPRESSED = auto()
    SQLITE = auto()
    PICKLE = auto()
    HDF5 = auto()
    TORCH_ZIP = auto()
    COMPILED_TORCH = auto()
    NUMPY_ZIP = auto()
    ONNX = auto()
    ONNX_TEXT = auto()
    TENSOR = auto()
    TENSORS = auto()
    PLAN = auto()
    PLAN_TEXT = auto()
    GRAPHDEF = auto()
    GRAPHDEF_TEXT = auto()
    CAFFE1 = auto()
    CAFFE1_TEXT = auto()
    TWO_NETS = auto()
    TEXT_NOT_UTF8 = auto()
    TEXT = auto()
    UNKNOWN = auto()


_CONVERT = f"it is not read yet; {CAN_OPEN}"
_WHY: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.EMPTY: "is empty: the download or the export did not finish; get the file again",
        Kind.HTML: (
            "is a web page, not a net: the link led to a page about the file; "
            "download the raw file itself"
        ),
        Kind.XML: f"is an XML document, not a net; {CAN_OPEN}",
        Kind.LFS_POINTER: (
            "is a Git LFS pointer, which stands for the net but does not hold it; "
            "run 'git lfs pull', or download the file itself"
        ),
        Kind.COMPRESSED: "is compressed; unpack it first, or pack the files into a plain zip",
        Kind.SQLITE: (
            "is an SQLite database (Caffe2's minidb?), not a net; "
            "save the net in it as predict_net.pb"
        ),
        Kind.PICKLE: (
            "is a pickle of Python objects, perhaps of PyTorch, and is never unpickled here; "
            "export the net first"
        ),
        Kind.HDF5: f"is an HDF5 file, perhaps of Keras; {CAN_OPEN}",
        Kind.TORCH_ZIP: f"is a PyTorch or TorchScript archive; {_CONVERT}",
        Kind.COMPILED_TORCH: (
            "is a program that PyTorch has compiled (an AOTInductor package), which holds no "
            "graph; save it with torch.export.save before it is compiled"
        ),
        Kind.NUMPY_ZIP: f"is an archive of NumPy arrays: weights without a net; {CAN_OPEN}",
        Kind.ONNX_TEXT: "is an ONNX model in text form; save it in its binary form (.onnx)",
        Kind.TENSOR: (
            "is one tensor (a TensorProto of ONNX or Caffe2): data without a net; "
            "open the net that it belongs to"
        ),
        Kind.TENSORS: (
            "is a row of tensors (a TensorProtos of Caffe2): data without a net; "
            "open the net that it belongs to"
        ),
        Kind.PLAN: "is a Caffe2 PlanDef, which holds several nets; save one of them as a NetDef",
        Kind.PLAN_TEXT: (
            "is a Caffe2 PlanDef in text form, which holds several nets; "
            "save one of them as a NetDef"
        ),
        Kind.GRAPHDEF: f"is a TensorFlow GraphDef; {_CONVERT}",
        Kind.GRAPHDEF_TEXT: f"is a TensorFlow GraphDef in text form; {_CONVERT}",
        Kind.CAFFE1: (
            "is a model of the first Caffe (a .caffemodel), not of Caffe2; "
            "convert it with caffe2.python.caffe_translator"
        ),
        Kind.CAFFE1_TEXT: (
            "is a prototxt of the first Caffe (it is made of layers), not a Caffe2 net; "
            "convert it with caffe2.python.caffe_translator"
        ),
        Kind.TWO_NETS: (
            "holds two nets, one written after the other, which would merge into one; "
            "save them as two files"
        ),
        Kind.TEXT_NOT_UTF8: (
            "is text, but not in UTF-8; save it as UTF-8, or the net in its binary form"
        ),
        Kind.TEXT: f"is text, but not of a net; {CAN_OPEN}",
        Kind.UNKNOWN: f"is of no kind that memplan knows, or it is damaged; {CAN_OPEN}",
    }
)


def why_not_opened(file: str, kind: Kind) -> str:
    """One sentence on a file that is of no use: what it is, and what to do.

    >>> print(why_not_opened("a.pb", Kind.EMPTY))
    'a.pb' is empty: the download or the export did not finish; get the file again
    """
    return f"{quoted(file)} {_WHY[kind]}"
