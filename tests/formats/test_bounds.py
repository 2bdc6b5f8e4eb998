"""Files made to hurt: refused quickly, with a sentence, in little memory."""

import io
import struct
import subprocess
import sys
import textwrap
import time
import zipfile

import pytest

from memplan.errors import FormatError, TooLarge
from memplan.formats import InputFile, archive, load
from memplan.formats import netdef_pb2 as pb


def refused(data, kind=TooLarge):
    with pytest.raises(kind) as caught:
        load([InputFile("file", data)])
    assert "\n" not in str(caught.value)
    return str(caught.value)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def wrapped(tag, body):
    return bytes([tag]) + varint(len(body)) + body


HOSTILE = {
    "empty ops": b"\x12\x00" * 2_500_000,
    "empty arguments": wrapped(0x12, b"\x2a\x00" * 2_500_000),
    "empty nets": wrapped(0x12, wrapped(0x2A, b"\x4a\x00" * 2_500_000)),
    "tiny ops": b"\x12\x03\x22\x01R" * 1_000_000,
    "empty net arguments": wrapped(0x12, b"\x22\x01R") + b"\x32\x00" * 2_500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_five_megabytes_of_next_to_nothing(name):
    began = time.monotonic()
    refused(HOSTILE[name])
    assert time.monotonic() - began < 20  # far more than it takes: only against a loop


def test_memory_of_five_megabytes_of_empty_ops():
    program = """
        import resource
        from memplan.errors import TooLarge
        from memplan.formats import InputFile, archive, load
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            load([InputFile("bomb.pb", b"\\x12\\x00" * 2_500_000)])
        except TooLarge:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=True
    )
    assert int(run.stdout) < 200 * 1024  # KiB


def test_two_hundred_thousand_real_ops_are_read():
    op = pb.OperatorDef(type="Relu", input=["blob_000001"], output=["blob_000001"])
    data = wrapped(0x12, op.SerializeToString()) * 200_000
    assert len(load([InputFile("large.pb", data)]).ops) == 200_000


def nested(levels):
    net = pb.NetDef(name="core")
    net.op.add(type="Relu", input=["x"], output=["y"])
    for _ in range(levels):
        outer = pb.NetDef()
        outer.op.add(type="If", input=["c"]).arg.add(name="then_net").n.CopyFrom(net)
        net = outer
    return net


def test_nesting_to_the_bound_is_read_and_beyond_is_refused():
    net = load([InputFile("deep.pb", nested(30).SerializeToString())])
    depth = 0
    while net.ops[0].nets:
        depth, net = depth + 1, net.ops[0].nets["then_net"]
    assert depth == 30
    assert "more than 30 deep" in refused(nested(31).SerializeToString())


def deep_binary(levels):
    body = b"\x0a\x01n"
    for _ in range(levels):
        body = wrapped(0x12, wrapped(0x2A, wrapped(0x42, body)))
    return body


@pytest.mark.parametrize("levels", [31, 300, 3000])
def test_binary_nesting(levels):
    assert "deep" in refused(deep_binary(levels))


def test_groups_nested_without_end():
    op = wrapped(0x12, b"\x22\x01R")
    refused(op + b"\xa3\x06" * 100_000 + b"\xa4\x06" * 100_000, FormatError)


@pytest.mark.parametrize("pair", ["{}", "<>"])
def test_text_nesting(pair):
    text = f"op {pair[0]} arg {pair[0]} n {pair[0]} " * 100 + pair[1] * 300
    assert "deep" in refused(text.encode())


def test_braces_in_strings_and_comments_do_not_nest():
    braces = "{" * 300
    text = f'# {braces}\nname: "{braces}\\"{braces}" op {{ type: \'{braces}"\' }} # {braces}'
    net = load([InputFile("quoted", text.encode())])
    assert net.ops[0].type == braces + '"'


@pytest.mark.parametrize(
    "text",
    [
        b"op{}" * 70_000,
        b"op{arg{ints:[" + b"1," * 150_000 + b"1]}}",
        b"op{}" + b"\n" * 250_000,
        b"op{}" + b"#\n" * 250_000,
        b'op{type:"' + b"x" * 33 * 2**16 + b'"}',
    ],
    ids=["ops", "list", "lines", "comments", "string"],
)
def test_long_texts(monkeypatch, text):
    # A tenth, and a sixteenth, of the real bounds, so that the test is quick.
    monkeypatch.setattr("memplan.formats.text.MAX_TEXT_TOKENS", 200_000)
    monkeypatch.setattr("memplan.formats.text.MAX_TEXT_BYTES", 2 * 2**20)
    assert "binary form" in refused(text)


def packed(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def test_zip_bombs(monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 2**20)
    bomb = packed(("a.pb", bytes(2**19)), ("b.pb", bytes(2**19 + 1)))
    assert len(bomb) < 10_000
    assert "unpacks to more than" in refused(bomb)
    # What the header owns up to is refused before anything is unpacked.
    with monkeypatch.context() as sealed:
        sealed.setattr(zipfile.ZipFile, "open", None)
        assert "unpacks to more than" in refused(bomb)
    # A header that says the member is small does not let more of it through.
    lie = bomb.replace(struct.pack("<I", 2**19 + 1), struct.pack("<I", 100))
    refused(lie, FormatError)


def test_zips_of_zips_and_of_many():
    assert "another zip" in refused(packed(("a.zip", packed(("b.pb", b"x")))), FormatError)
    many = packed(*((f"{n}.pb", b"x") for n in range(65)))
    assert "more than 64 files" in refused(many)
    very_many = packed(*((f"{n}.pb", b"") for n in range(30_000)))
    assert "more than 64 files" in refused(very_many)


@pytest.mark.parametrize("name", ["../a.pb", "/etc/passwd", "a/../../b", "..\\a", "C:\\a.pb"])
def test_names_that_lead_outside(name):
    assert "leads outside" in refused(packed((name, b"x")), FormatError)


def test_zips_packed_otherwise():
    assert "unusual way" in refused(
        packed(("a.pb", b"x" * 99), method=zipfile.ZIP_LZMA), FormatError
    )
    whole = packed(("a.pb", b"x" * 99), method=zipfile.ZIP_STORED)
    assert "damaged zip" in refused(whole.replace(b"x" * 99, b"y" * 99), FormatError)


@pytest.mark.parametrize(
    "data",
    [
        b'{"x": ' + b"[" * 100_000,
        b'{"x": [' + b"9" * 5000 + b"]}",
        b'{"x": [1e400]}',
        b'{"x": [NaN]}',
        b'{"x": [true]}',
        b'{"x": ["1"]}',
        b'{"x": [1.5]}',
        b'{"x": [-1]}',
        b'{"x": [0]}',
        b'{"x": [4294967296, 4294967296]}',
        b'{"x": [[1], [2]]}',
        b'{"x": [99, [2]]}',
        b'{"x": ["float99", [2]]}',
        b'{"x": [1, [2], 3]}',
        b'{"x": {"y": 1}}',
        b'{"x": "1,2"}',
        b'{"x": [' + b"1," * 100 + b"1]}",
        b'{"\xff": [1]}',
        b'"text"',
    ],
)
def test_json_that_is_no_shapes(data):
    net = InputFile("net", nested(0).SerializeToString())
    with pytest.raises(FormatError) as caught:
        load([net, InputFile("shapes.json", data)])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
