"""Files to a net: unpack, tell apart, read, and put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats import netdef_pb2 as pb
from memplan.formats.archive import program_in, unpack
from memplan.formats.buffers_csv import net_from_csv
from memplan.formats.exported_program_read import net_from_program
from memplan.formats.init_net import filled_blobs
from memplan.formats.kinds import CAN_OPEN, Kind, why_not_opened
from memplan.formats.limits import MAX_FILE_BYTES
from memplan.formats.netdef_read import net_from_message, parse_binary
from memplan.formats.onnx_message import parse_onnx
from memplan.formats.onnx_plan import PLAN_KEY, plan_told
from memplan.formats.onnx_read import net_from_model
from memplan.formats.pairing import ReadNet, pair
from memplan.formats.parts import InputFile, Part
from memplan.formats.plan_json import PlanFile, is_plan_json, read_plan_json
from memplan.formats.plan_net import net_of_plan, with_plan
from memplan.formats.shape_args import describes_types, load_json, read_shapes_json
from memplan.formats.sniff import kind_of
from memplan.formats.text import parse_text
from memplan.formats.tflite_read import net_from_tflite
from memplan.formats.value_info import read_value_info, with_shapes, with_value_info
from memplan.net import Net
from memplan.ops.schema import TensorType
from memplan.units import format_bytes

__all__ = ["FORMATS", "Format", "Found", "load"]


_BESIDE = (Part.INIT, Part.VALUE_INFO, Part.SHAPES, Part.PLAN)
"""Parts that no net of another format than Caffe2's can play."""


@dataclass(slots=True)
class Found:
    """What the files held, gathered file by file."""

    nets: list[ReadNet] = field(default_factory=list)
    value_info: dict[str, TensorType] = field(default_factory=dict)
    shapes: dict[str, TensorType] = field(default_factory=dict)
    plans: list[PlanFile] = field(default_factory=list)
    own_plan: PlanFile | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which files are read.

    Attributes:
        title: For people.
        known_by: What in the bytes tells it from the others.
        read: Reads a file of this form, and puts what it holds to the rest.
    """

    title: str
    known_by: str
    read: Callable[[InputFile, Found], None]


def load(files: Sequence[InputFile]) -> Net:
    """Read a net from its files: a predict net, and what comes with it, in any order.

    Raises:
        FormatError: A file is of no use here, or the files do not make one net; one sentence.
        TooLarge: … because it holds more than a reader takes in.
    """
    if not files:
        raise FormatError(f"no file was given; {CAN_OPEN}")
    found = Found()
    for file in files:
        _check_size(file)
        _read(file, kind_of(file.data), found)
    plan = _only_plan(found)
    if plan is not None and not found.nets:
        return net_of_plan(plan)
    predict, init = pair(found.nets)
    if not predict.net.ops and predict.net.given is None:
        raise FormatError(f"{quoted(predict.file)} is a net without ops; there is nothing to plan")
    net = predict.net
    if init is not None:
        net = net.with_blobs(filled_blobs(init.net, init.file))
    net = with_shapes(with_value_info(net, found.value_info), found.shapes)
    return net if plan is None else with_plan(net, plan)


def _only_plan(found: Found) -> PlanFile | None:
    if len(found.plans) > 1:
        names = " and ".join(quoted(plan.file, 40) for plan in found.plans[:2])
        raise FormatError(f"{names} are both plans; give one of them")
    # One that is given beside the net wins over one in it.
    return found.plans[0] if found.plans else found.own_plan


def _check_size(file: InputFile) -> None:
    if len(file.data) > MAX_FILE_BYTES:
        raise TooLarge(
            f"{quoted(file.name)} has {format_bytes(len(file.data))}, and at most "
            f"{format_bytes(MAX_FILE_BYTES)} are read; leave out the weights, and give "
            "their shapes instead"
        )


def _read_zip(file: InputFile, found: Found) -> None:
    """Read all members that are of use; a note or a picture among them does no harm."""
    if _read_program(file, found):
        return
    members = [(member, kind_of(member.data)) for member in unpack(file)]
    used = 0
    for member, kind in members:
        if kind is Kind.ZIP:
            if _read_program(member, found):
                used += 1
                continue
            raise FormatError(
                f"{quoted(file.name)} holds another zip, {quoted(member.name)}; "
                "pack the files themselves"
            )
        if kind not in (Kind.TEXT, Kind.UNKNOWN):
            _read(member, kind, found)
            used += 1
    if not used:
        raise FormatError(f"{quoted(file.name)} is a zip without a net in it; {CAN_OPEN}")


def _read(file: InputFile, kind: Kind, found: Found) -> None:
    entry = FORMATS.get(kind)
    if entry is None:
        raise FormatError(why_not_opened(file.name, kind))
    entry.read(file, found)


def _read_binary(file: InputFile, found: Found) -> None:
    _add_net(parse_binary(file.data, file.name), file, found)


def _read_text(file: InputFile, found: Found) -> None:
    _add_net(parse_text(file.data, file.name), file, found)


def _add_net(message: pb.NetDef, file: InputFile, found: Found) -> None:
    if file.part in (Part.VALUE_INFO, Part.SHAPES, Part.PLAN):
        raise FormatError(f"{quoted(file.name)} is a net, but was given as {file.part}")
    found.nets.append(ReadNet(file.name, net_from_message(message, file.name), file.part))


def _read_onnx(file: InputFile, found: Found) -> None:
    if file.part in _BESIDE:
        raise FormatError(f"{quoted(file.name)} is an ONNX model, but was given as {file.part}")
    model = parse_onnx(file.data, file.name)
    found.nets.append(ReadNet(file.name, net_from_model(model, file.name), file.part))
    told = plan_told(model.metadata_props)
    if told is not None:
        found.own_plan = read_plan_json(told, f"{file.name}: {PLAN_KEY} in its metadata")


def _read_tflite(file: InputFile, found: Found) -> None:
    if file.part in _BESIDE:
        raise FormatError(
            f"{quoted(file.name)} is a TensorFlow Lite model, but was given as {file.part}"
        )
    found.nets.append(ReadNet(file.name, net_from_tflite(file.data, file.name), file.part))


def _read_program(file: InputFile, found: Found) -> bool:
    """Read a zip that is a torch.export archive; whether it is one."""
    program = program_in(file)
    if program is None:
        return False
    if file.part in _BESIDE:
        raise FormatError(
            f"{quoted(file.name)} is a program of torch.export, but was given as {file.part}"
        )
    folder = program.name.removeprefix(f"{file.name}:").rpartition("models/")[0]
    net = net_from_program(program.data, file.name, folder.strip("/"))
    found.nets.append(ReadNet(file.name, net, file.part))
    return True


def _read_buffers(file: InputFile, found: Found) -> None:
    if file.part in _BESIDE:
        raise FormatError(f"{quoted(file.name)} is a CSV of buffers, but was given as {file.part}")
    found.nets.append(ReadNet(file.name, net_from_csv(file.data, file.name), file.part))


def _read_json(file: InputFile, found: Found) -> None:
    if is_plan_json(file.data) and file.part in (None, Part.PREDICT, Part.PLAN):
        found.plans.append(read_plan_json(file.data, file.name))
        return
    if file.part in (Part.PREDICT, Part.INIT, Part.PLAN):
        raise FormatError(f"{quoted(file.name)} is JSON, but was given as the {file.part}")
    is_value_info = file.part is Part.VALUE_INFO or (
        file.part is None and describes_types(load_json(file.data, file.name))
    )
    if is_value_info:
        found.value_info |= read_value_info(file.data, file.name)
    else:
        found.shapes |= read_shapes_json(file.data, file.name)


FORMATS: Mapping[Kind, Format] = MappingProxyType(
    {
        Kind.NETDEF: Format(
            "Caffe2 NetDef, binary",
            "field 1 at most once and field 2 repeated, both length-delimited",
            _read_binary,
        ),
        Kind.NETDEF_TEXT: Format(
            "Caffe2 NetDef, text",
            "text with op, external_input or external_output at its top",
            _read_text,
        ),
        Kind.ONNX: Format(
            "ONNX model",
            "field 7 length-delimited, with field 1 a number or field 8 operator sets",
            _read_onnx,
        ),
        Kind.JSON: Format(
            "a plan as JSON, value_info.json, or shapes as JSON",
            "an object; a plan has buffers; in a value_info every entry is a pair of type and dims",
            _read_json,
        ),
        Kind.TFLITE: Format("TensorFlow Lite model", "TFL3 at bytes 4 to 8", _read_tflite),
        Kind.ZIP: Format(
            "a program of torch.export, or a zip of these",
            "begins with PK; a program holds models/*.json or serialized_exported_program.json",
            _read_zip,
        ),
        Kind.BUFFERS_CSV: Format(
            "buffers without a graph, as MiniMalloc's CSV",
            "a first line of id, lower, upper (or end), size, and what else a buffer has",
            _read_buffers,
        ),
    }
)
