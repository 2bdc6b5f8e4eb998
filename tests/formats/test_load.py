"""Real nets: read, written back equal, with what comes beside them."""

import io
import zipfile

import pytest
from google.protobuf import text_format

from memplan.errors import FormatError
from memplan.formats import InputFile, Part, load, to_bytes, to_message, to_text
from memplan.formats import netdef_pb2 as pb
from memplan.net import DType, RoleRule

NETS = {
    "bvlc_alexnet/predict_net.pbtxt": 23,
    "e2e_faster_rcnn_R-50-C4_1x/predict_net.pbtxt": 132,
    "inception_v1/predict_net.pbtxt": 142,
    "mask_rcnn_2go_fp32/predict_net.pbtxt": 112,
    "nnresearch_superres/init_net.pb": 9,
    "nnresearch_superres/predict_net.pb": 14,
    "pt_concat_elim_net/predict_net.pb": 176,
    "pt_squeeze/predict_net.pb": 66,
    "resnet50/predict_net.pbtxt": 175,
}
TEXT_UNDER_PB = "pt_concat_elim_net/predict_net.pb"


def read(folder, path, part=None):
    return InputFile(path, (folder / path).read_bytes(), part)


def parsed(folder, path):
    data = (folder / path).read_bytes()
    if path.endswith("pbtxt") or path == TEXT_UNDER_PB:
        return text_format.Parse(data.decode(), pb.NetDef())
    return pb.NetDef.FromString(data)


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_the_list_of_nets_is_whole(caffe2_nets):
    found = {str(p.relative_to(caffe2_nets)) for p in caffe2_nets.rglob("*.pb*")}
    assert found == set(NETS)


@pytest.mark.parametrize(("path", "ops"), NETS.items())
def test_round_trip_keeps_the_message(caffe2_nets, path, ops):
    net = load([read(caffe2_nets, path)])
    truth = parsed(caffe2_nets, path)
    assert len(net.ops) == len(truth.op) == ops
    assert to_message(net) == truth
    assert pb.NetDef.FromString(to_bytes(net)) == truth
    if "init_net" not in path:  # 137,000 numbers: seconds in text, and nothing new
        assert text_format.Parse(to_text(net), pb.NetDef()) == truth
    assert [op.type for op in net.ops] == [op.type for op in truth.op]
    assert net.inputs == tuple(truth.external_input)


@pytest.mark.parametrize("path", [path for path in NETS if path.endswith(".pb")])
def test_binary_files_come_back_byte_for_byte(caffe2_nets, path):
    if path == TEXT_UNDER_PB:
        net = load([read(caffe2_nets, path)])
        assert load([InputFile("again", to_bytes(net))]) == net
        return
    assert to_bytes(load([read(caffe2_nets, path)])) == (caffe2_nets / path).read_bytes()


def with_unknown_fields():
    net = pb.NetDef(name="n", external_input=["x"], external_output=["y"])
    op = net.op.add(type="Relu", input=["x"], output=["y"])
    tagged = op.SerializeToString() + bytes.fromhex("da3e03414243")  # field 1003: "ABC"
    body = net.SerializeToString().replace(op.SerializeToString(), b"")
    assert body.count(b"\x12") >= 1
    head = pb.NetDef(name="n").SerializeToString()
    tail = pb.NetDef(external_input=["x"], external_output=["y"]).SerializeToString()
    unknown_at_top = bytes.fromhex("c03e2aa3060801a406")  # a number, and a group
    return head + b"\x12" + bytes([len(tagged)]) + tagged + tail + unknown_at_top


def test_unknown_fields_stay():
    data = with_unknown_fields()
    net = load([InputFile("future.pb", data)])
    again = to_bytes(net)
    assert b"ABC" in again
    assert bytes.fromhex("a3060801a406") in again
    assert pb.NetDef.FromString(again) == pb.NetDef.FromString(data)


def test_a_changed_net_is_written_as_it_is_now(caffe2_nets):
    net = load([read(caffe2_nets, "pt_squeeze/predict_net.pb")])
    shorter = type(net)(
        name="head", ops=net.ops[:3], inputs=net.inputs, outputs=("x",), source=net.source
    )
    written = to_message(shorter)
    assert len(written.op) == 3
    assert written.name == "head"
    assert list(written.external_output) == ["x"]


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("explicit", [False, True])
def test_init_net_and_predict_net_in_any_order(caffe2_nets, flip, explicit):
    files = [
        read(caffe2_nets, "nnresearch_superres/predict_net.pb", Part.PREDICT if explicit else None),
        read(caffe2_nets, "nnresearch_superres/init_net.pb", Part.INIT if explicit else None),
    ]
    net = load(files[::-1] if flip else files)
    assert len(net.ops) == 14
    assert net.source == parsed(caffe2_nets, "nnresearch_superres/predict_net.pb")
    weight = net.blobs["2"]
    assert weight.shape == (64, 1, 5, 5)
    assert weight.dtype is DType.FLOAT32
    assert weight.initialized
    assert weight.rule is None


def test_value_info_describes_the_data(caffe2_nets):
    net = load(
        [
            read(caffe2_nets, "bvlc_alexnet/value_info.json"),
            read(caffe2_nets, "bvlc_alexnet/predict_net.pbtxt"),
        ]
    )
    data = net.blobs["data"]
    assert (data.shape, data.dtype) == ((1, 3, 224, 224), DType.FLOAT32)
    assert data.rule is RoleRule.DESCRIBED
    assert not data.initialized


def test_shapes_say_nothing_of_roles(caffe2_nets):
    net = load(
        [
            read(caffe2_nets, "resnet50/predict_net.pbtxt"),
            read(caffe2_nets, "resnet50/input_shapes.json"),
        ]
    )
    assert net.blobs["gpu_0/conv1_w"].shape == (64, 3, 7, 7)
    assert all(blob.rule is None for blob in net.blobs.values())


def test_a_zip_of_it_all(caffe2_nets):
    folder = caffe2_nets / "nnresearch_superres"
    packed = zipped(
        {
            "model/": b"",
            "model/predict_net.pb": (folder / "predict_net.pb").read_bytes(),
            "model/init_net.pb": (folder / "init_net.pb").read_bytes(),
            "model/value_info.json": b'{"1": [1, [1, 1, 224, 224]], "nobody": [1, [2]]}',
            "model/README.txt": b"Hello, this is a model.",
            "__MACOSX/._predict_net.pb": b"\0\5\x16\7",
        }
    )
    net = load([InputFile("superres.zip", packed)])
    assert len(net.ops) == 14
    assert net.blobs["1"].rule is RoleRule.DESCRIBED
    assert net.blobs["9"].initialized
    assert "nobody" not in net.blobs


def test_what_is_told_apart_is_told_by_content_alone(caffe2_nets):
    data = (caffe2_nets / "resnet50/predict_net.pbtxt").read_bytes()
    assert len(load([InputFile("holiday.jpg", data)]).ops) == 175
    assert len(load([InputFile("bom", b"\xef\xbb\xbf" + data)]).ops) == 175


def fills(*names):
    net = pb.NetDef(name="init")
    for name in names:
        op = net.op.add(type="ConstantFill", output=[name])
        op.arg.add(name="shape", ints=[2])
    return net.SerializeToString()


def predict(reads, makes):
    net = pb.NetDef(name="p", external_input=[reads])
    net.op.add(type="Relu", input=[reads], output=[makes])
    return net.SerializeToString()


def sentence(files):
    with pytest.raises(FormatError) as caught:
        load(files)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 400
    return text


def test_an_init_net_alone_is_a_net_of_its_own():
    net = load([InputFile("init_net.pb", fills("w"))])
    assert [op.type for op in net.ops] == ["ConstantFill"]
    assert not net.blobs


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "no file was given"),
        ([("a", predict("x", "y")), ("b", predict("y", "z"))], "both predict nets"),
        ([("a", fills("w")), ("b", fills("v"))], "both init nets"),
        ([("a", predict("x", "y")), ("b", fills("x")), ("c", fills("w"))], "3 nets were given"),
        ([("v.json", b'{"x": [1, [2]]}')], "no net was given"),
        ([("i.pb", fills("w")), ("p.pb", predict("x", "y"))], "'i.pb' fills nothing that 'p.pb'"),
    ],
)
def test_files_that_do_not_make_one_net(files, words):
    assert words in sentence([InputFile(name, data) for name, data in files])


def test_parts_that_do_not_fit():
    net, info = predict("x", "y"), b'{"x": [1, [2]]}'
    assert "was given as an init net" in sentence([InputFile("a", fills("w"), Part.INIT)])
    assert "both given as the predict net" in sentence(
        [InputFile("a", net, Part.PREDICT), InputFile("b", net, Part.PREDICT)]
    )
    assert "fills nothing that 'a' reads" in sentence(
        [InputFile("a", net, Part.PREDICT), InputFile("b", net, Part.INIT)]
    )
    assert "given as value_info" in sentence([InputFile("a", net, Part.VALUE_INFO)])
    assert "given as the init net" in sentence([InputFile("a", info, Part.INIT)])
    assert "no value_info" in sentence(
        [InputFile("a", net), InputFile("v", b'{"x": [1, 2]}', Part.VALUE_INFO)]
    )


def test_an_empty_init_net_beside_a_predict_net():
    empty = pb.NetDef(name="init").SerializeToString()
    assert len(load([InputFile("i", empty), InputFile("p", predict("x", "y"))]).ops) == 1
    assert "without ops" in sentence([InputFile("i", empty)])


def test_a_dummy_that_value_info_describes_anew():
    files = [
        InputFile("i", fills("x")),
        InputFile("p", predict("x", "y")),
        InputFile("v", b'{"x": ["int64", [4, 5]]}'),
    ]
    blob = load(files).blobs["x"]
    assert (blob.shape, blob.dtype, blob.rule) == ((4, 5), DType.INT64, RoleRule.DESCRIBED)
    assert blob.initialized
