"""The messages of our own: numbered as the format is, and no clash with the real ones."""

import re
import subprocess
import sys
import textwrap

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto

from memplan.formats import make_netdef_pb2
from memplan.formats import netdef_pb2 as pb

SCALARS = {
    "int32": FieldDescriptor.TYPE_INT32,
    "int64": FieldDescriptor.TYPE_INT64,
    "uint32": FieldDescriptor.TYPE_UINT32,
    "uint64": FieldDescriptor.TYPE_UINT64,
    "float": FieldDescriptor.TYPE_FLOAT,
    "double": FieldDescriptor.TYPE_DOUBLE,
    "bool": FieldDescriptor.TYPE_BOOL,
    "string": FieldDescriptor.TYPE_STRING,
    "bytes": FieldDescriptor.TYPE_BYTES,
}
FIELD = re.compile(r"(\w+)=(\d+) (\w+(?:\.\w+)*)(\*?)")


def messages(descriptors, prefix=""):
    for name, message in descriptors.items():
        yield prefix + name, message
        yield from messages(message.nested_types_by_name, f"{prefix}{name}.")


def test_every_field_has_its_number_and_type(shared):
    lines = (shared / "specs/netdef-fields.md").read_text().splitlines()
    ours = dict(messages(pb.DESCRIPTOR.message_types_by_name))
    told = {}
    for line in lines:
        if not line.startswith("- enum") and (row := re.match(r"- ([\w.]+): (.*)", line)):
            told[row[1]] = FIELD.findall(row[2])
    assert set(told) == set(ours)
    for name, rows in told.items():
        message = DescriptorProto()
        ours[name].CopyToProto(message)
        fields = {field.name: field for field in message.field}
        assert {row[0] for row in rows} == set(fields)
        for field_name, number, kind, star in rows:
            field = fields[field_name]
            assert field.number == int(number)
            assert (field.label == field.LABEL_REPEATED) == bool(star)
            if kind in SCALARS:
                assert field.type == SCALARS[kind]
            else:
                assert field.type_name.endswith(f".{kind}")


def test_the_real_messages_may_live_beside_ours():
    program = """
        from google.protobuf import descriptor_pb2, descriptor_pool
        real = descriptor_pb2.FileDescriptorProto(
            name="caffe2/proto/caffe2.proto", package="caffe2", syntax="proto2"
        )
        for name in ("NetDef", "OperatorDef", "Argument", "TensorProto", "DeviceOption"):
            real.message_type.add(name=name)
        pool = descriptor_pool.Default()
        {first}
        {second}
        import memplan.formats.netdef_pb2 as ours
        assert pool.FindMessageTypeByName("caffe2.NetDef") is not ours.NetDef.DESCRIPTOR
        print("both")
    """
    add = "pool.AddSerializedFile(real.SerializeToString())"
    load = "import memplan.formats"
    for first, second in ((add, load), (load, add)):
        run = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program).format(first=first, second=second)],
            capture_output=True,
            check=False,
            text=True,
        )
        assert run.stdout == "both\n", run.stderr


def test_the_maker_says_what_it_needs(monkeypatch, capsys):
    def missing(name):
        raise make_netdef_pb2.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(make_netdef_pb2.importlib.metadata, "version", missing)
    assert make_netdef_pb2.main() == 2
    assert "grpcio-tools==1.62.3" in capsys.readouterr().err
    monkeypatch.setattr(make_netdef_pb2.importlib.metadata, "version", lambda _: "1.70.0")
    monkeypatch.setattr(make_netdef_pb2.importlib, "import_module", lambda _: None)
    assert make_netdef_pb2.main() == 2
    assert "grpcio-tools is 1.70.0" in capsys.readouterr().err


def test_the_generated_module_names_its_protoc():
    head = (make_netdef_pb2._HERE / "netdef_pb2.py").read_text()[:400]
    assert "Protobuf Python Version: 4.25.1" in head
