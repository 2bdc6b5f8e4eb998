"""Files that are no nets, or broken ones: each gets its own sentence."""

import io
import zipfile

import pytest

from memplan.errors import FormatError, MemplanError
from memplan.formats import InputFile, load
from memplan.formats import netdef_pb2 as pb


def sentence(data, name="file.pb"):
    with pytest.raises(FormatError) as caught:
        load([InputFile(name, data)])
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith("'")
    return text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("html_page_init_net.pb", "a web page"),
        ("lfs_pointer_predict_net.pb", "git lfs pull"),
        ("onnx_tensorproto.pb", "one tensor"),
        ("caffe1_resnet50.prototxt", "the first Caffe"),
    ],
)
def test_the_broken_files(shared, name, words):
    text = sentence((shared / "nets/broken" / name).read_bytes(), name)
    assert words in text
    assert repr(name) in text


def test_every_broken_file_has_a_sentence_of_its_own(shared):
    files = sorted((shared / "nets/broken").iterdir())
    assert len({sentence(path.read_bytes(), "x") for path in files}) == len(files) == 4


def graphdef():
    node = bytes.fromhex("0a0178120b") + b"Placeholder"
    return b"\x0a" + bytes([len(node)]) + node


def caffemodel():
    layer = (
        bytes.fromhex("1203") + b"abc" + bytes.fromhex("2205") + b"conv1" + bytes.fromhex("2804")
    )
    return b"\x12" + bytes([len(layer)]) + layer


def plan():
    inner = pb.NetDef(name="a", external_input=["x"])
    inner.op.add(type="Relu", input=["x"], output=["y"])
    return pb.PlanDef(name="plan", network=[inner]).SerializeToString()


def tensors():
    tensor = pb.TensorProto(dims=[2, 3], data_type=1, name="w")
    return pb.TensorProtos(protos=[tensor, tensor]).SerializeToString()


def zip_of(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return packed.getvalue()


SENTENCES = [
    (b"", "is empty"),
    (b" \n\t", "is empty"),
    (b"<html><head>", "web page"),
    (b"<?xml version='1.0'?><a/>", "XML"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
    (b"\x1f\x8b\x08\0rest", "compressed"),
    (b"SQLite format 3\0rest", "SQLite"),
    (b"\x80\x02}q\0.", "pickle"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"\x08\0\0\0TFL3rest", "is damaged"),
    (b'name: "x"\nlayer { name: "a" }', "the first Caffe"),
    (b'node { name: "a" op: "Add" }', "TensorFlow GraphDef in text"),
    (b'ir_version: 7 graph { name: "g" }', "ONNX model in text"),
    (b'network { name: "x" }', "PlanDef in text"),
    (b"Once upon a time there was a net.", "text, but not of a net"),
    ("name: 'caf\xe9'\nop {}".encode("latin-1"), "not in UTF-8"),
    (b"op { type: 'Relu' ", "no readable text net"),
    (b"op { kind: 'Relu' }", "has no field named"),
    (b"op { type: 3 }", "line 1"),
    (b'op { type: "Relu" input: "\\377" }', "no readable text net"),
    (b'op { input: "x" }', "op 0 has no type"),
    (b'name: "empty"', "without ops"),
    (b"\x12\x06\x22\x04Relu\x7b\x6c", "is damaged inside"),  # a group that ends as another
    (b"[1, 2, 3]", "no object of shapes"),
    (b'{"x": ', "no valid JSON (line 1)"),
    (graphdef(), "TensorFlow GraphDef"),
    (graphdef() * 3, "TensorFlow GraphDef"),
    (caffemodel(), "the first Caffe"),
    (plan(), "PlanDef"),
    (tensors(), "row of tensors"),
    (pb.TensorProto(dims=[2], data_type=1, name="w").SerializeToString(), "one tensor"),
    (b"\x00\x01\x02\x03" * 100, "no kind that memplan knows"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no kind that memplan knows"),
    (b"PK\x03\x04not really", "damaged zip"),
    (zip_of(a_dot_txt=b"Hello there"), "zip without a net"),
    (zip_of(x__data_dot_pkl=b"\x80\x02."), "PyTorch"),
    (zip_of(m__models__model_dot_json=b"{}"), "torch.export"),
    (zip_of(a_dot_npy=b"\x93NUMPY"), "NumPy"),
    (zip_of(a_dot_pb=b"<html>"), "web page"),
]


@pytest.mark.parametrize(("data", "words"), SENTENCES, ids=range(len(SENTENCES)))
def test_sentences(data, words):
    assert words in sentence(data)


def chain(length):
    net = pb.NetDef(name="chain", external_input=["b0"], external_output=[f"b{length}"])
    for step in range(length):
        op = net.op.add(type="Conv", input=[f"b{step}", "w"], output=[f"b{step + 1}"])
        op.arg.add(name="kernel", i=3)
    return net


def test_two_nets_in_one_file():
    data = chain(2).SerializeToString()
    assert "holds two nets" in sentence(data + data)


def test_an_op_without_a_type_is_named():
    net = chain(3)
    net.op[1].ClearField("type")
    assert "op 1 has no type" in sentence(net.SerializeToString())


def test_a_nested_op_without_a_type_is_named():
    net = chain(2)
    net.op[1].arg.add(name="then_net").n.op.add(input=["x"])
    assert "op 0 of 'then_net' in op 1 has no type" in sentence(net.SerializeToString())


def test_an_op_without_outputs_is_fine():
    net = chain(1)
    net.op.add(type="Print", input=["b1"])
    assert load([InputFile("a", net.SerializeToString())]).ops[1].outputs == ()


def test_truncated_files_say_so():
    data = chain(5).SerializeToString()
    truncated = [0, 0]
    for end in range(1, len(data)):
        try:
            load([InputFile("cut.pb", data[:end])])
        except MemplanError as error:
            truncated["may be truncated" in str(error)] += 1
    # The rest end between two elements, or so early that nothing tells what they are.
    assert truncated[True] > 0.9 * len(data)
    assert "after 4 whole ops" in sentence(data[:-20])


def test_damage_inside_an_op_is_placed():
    data = bytearray(chain(3).SerializeToString())
    place = data.index(b"\x0a\x06kernel", data.index(b"\x0a\x06kernel") + 1)
    data[place + 1] = 0x60
    text = sentence(bytes(data))
    assert "arg 0 of op 1" in text


@pytest.mark.parametrize("name", ["<b>x</b>", "a\nb", "{0}", "%s", "../../etc", "x" * 500, "\0"])
def test_names_of_files_are_data(name):
    text = sentence(b"", name)
    assert len(text) < 300
    assert "\0" not in text
