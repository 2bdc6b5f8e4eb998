"""Nets as a text: what is written is read, what is wrong is told with its line, and both ways."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.formats.net_text import MOST_LINES, parse_lines
from memplan.formats.net_text_args import args_text
from memplan.net import Role
from memplan.net_script import EXAMPLE, net_text, read_script
from memplan.study import prepare, study
from memplan.views.script_link import MOST_LINK, packed, unpacked
from tests.strategies import nets

WRONG = {
    "": "there is no op yet; write one, as in `Relu a -> b`",
    "# nothing": "there is no op yet",
    "Relu a b": "line 1: write an op, as in `Relu a -> b`, or a size",
    "Relu a ->": "line 1: after the arrow stands what the op makes",
    "-> b": "line 1: an op begins with its type",
    "Relu a, -> b": "line 1: what it reads is a list of names with a comma between two",
    "Sum a b -> c": "line 1: what it reads is a list of names with a comma between two",
    "Relu a -> b c": "line 1: what it makes is a list of names",
    "Relu a -> b -> c": "line 1: a line holds one op with one arrow",
    "b = Relu(a)": "line 1: an op is written with an arrow: `Relu a -> b`",
    "Relu a => b": "line 1: the arrow is written `->`",
    "Relu a -> b, b": "line 1: the op makes 'b' twice",
    "Relu a -> b\n\na: 8": "line 3: is 8 a dim, or bytes? write `8 B`, or `1x8` for numbers",
    "Relu a -> b\na: 1x8 flot32": "line 2: '1x8 flot32' is no size; did you mean `1x8 float32`?",
    "Relu a -> b\na: big": "line 2: 'big' is no size; write dims, as in `1x8x16`, or bytes",
    "Relu a -> b\na:": "line 2: '' is no size",
    "Relu a -> b\na: 1x1x1x1x1x1x1x1x1": "line 2: 'a' has more than 8 dims",
    "Relu a -> b\na: 999999999999x99999999": "line 2: 'a' would have more than a pebibyte",
    "Relu a -> b\na: 9999999999E": "line 2: 'a' would have more than a pebibyte",
    "Relu a -> b\na: 8 B\na: 8 B": "line 3: 'a' has a size already, in line 2; leave one out",
    'Relu "my -> x': "line 1: a name in quotes ends with a quote too",
    'Relu "\\x" -> x': "line 1: '\"\\\\x\"' is no text in quotes",
    'Relu "" -> x': "line 1: a name has 1 to 200 characters",
    "Relu b -> c\nRelu a -> b": "line 1: reads 'b', which is made only in line 2; move this line",
    "outputs z\nRelu a -> b": "the output 'z' is made by no op",
    "outputs bb\nRelu a -> b": "the output 'bb' is made by no op (did you mean 'b'?)",
    "outputs b\noutputs b\nRelu a -> b": "line 2: there is a line of outputs already",
    "Foo a -> b\na: 8 B": "line 1: the size of 'b' cannot be told",
    "a: 8 B\nSum a, c -> b": "line 2: the size of 'c' cannot be told",
    "Relu a -> b\nRelu c -> b": "line 1: 'b' has two makers: line 1 ('Relu') and line 2 ('Relu')",
    "Relu a -> b kernel=": "line 1: after `kernel=` stands a value, as in `kernel=3`",
    "Conv a, w -> b kernel=3x3": "line 1: '3x3' is no value for the argument kernel; write a num",
    "Conv a, w -> b pad=1 pad=2": "line 1: the argument pad is given twice; leave one out",
    "Conv a, w -> b pads=[1, 2": "line 1: a list of values ends with a bracket",
    "Conv a, w -> b pads=[1 2]": "line 1: the argument pads is a list of at most 64 values with a",
    "Conv a, w -> b pads=[1, x]": "line 1: the argument pads has numbers and text in one list",
    "Conv a, w -> b k=99999999999999999999": "line 1: '99999999999999999999' is no value for the",
    'Conv a, w -> b order="\\x"': "line 1: the argument order: '\"\\\\x\"' is no text in quotes",
    "Conv a, w, -> b kernel=3": "line 1: what it reads is a list of names",
    "Conv a, w -> b kernel=3, pad=1": "line 1: 'kernel=3' reads as an argument: those stand behind",
    "Sum a, b=c -> d": "a name that holds an equals sign stands in double quotes",
    "a=b: 8 B": "a name that holds an equals sign stands in double quotes",
    "k=3 Relu a -> b": "line 1: an op begins with its type",
    "Relu a -> b " + " ".join(f"k{n}=1" for n in range(33)): "line 1: an op has at most 32 arg",
    "c = Conv a w kernel=3 pad=1": "arrow: `Conv a, w -> c kernel=3 pad=1`",
    "a: 1x3x8x8\nw: 4x3x3x3\nConv a, w -> c": "argument kernel is missing; give kernel or kernels)",
    "a: 1x3x8x8\nw: 4x3x3x3\nConv a, w -> c kernel=0": "kernel, stride and dilation must be 1 or",
    "ConstantFill -> a shape=[-1]": "line 1: ConstantFill 'a': [-1] is no shape: a dim is negative",
    "\n".join(["Relu a -> a"] * (MOST_LINES + 1)): "the text is longer than 500 lines",
    "x" * 60_000: "or 50,000 characters; open a large net as a file",
}

ARGUMENTS = (
    "\nConv a, w -> c ",
    " kernel=3",
    " stride=0",
    " pads=[1,",
    " -1",
    "]",
    ' order="NHWC"',
)


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:30])
def test_a_mistake_is_told_with_its_line_and_with_what_to_write(text):
    script = read_script(text)
    assert script.net is None
    assert WRONG[text] in str(script.mistakes[0])
    for mistake in script.mistakes:
        assert len(str(mistake).splitlines()) == 1


def test_every_mistake_is_told_and_no_more_than_a_screenful():
    told = read_script("Relu a\nRelu a -> b\nb: 9\n-> c").mistakes
    assert [mistake.line for mistake in told] == [1, 3, 4]
    assert len(read_script("\n".join(["Relu"] * 100)).mistakes) == 20


def test_what_hangs_on_one_unknown_size_is_not_told_again():
    told = read_script("a: 8 B\nSum a, c -> b\nRelu b -> d\nRelu d -> e").mistakes
    assert [str(mistake)[:34] for mistake in told] == ["line 2: the size of 'c' cannot be "]


def test_sizes_roles_and_the_plan_of_a_small_net():
    script = read_script(
        "data: 1x4x8x8  # 1 KiB\nw: 1x1 weight\nFC data, w, v -> y\ny: 4 KiB\nRelu y -> y\n"
        "Relu y -> z\nt: 2 x 3 int8\nFoo z, s -> t\ns: scalar\noutputs t, z"
    )
    assert script.mistakes == ()
    net = script.net
    sizes = {name: net.blob(name).nbytes for name in net.names()}
    assert sizes == {"data": 1024, "w": 4, "v": None, "y": 4096, "z": 4096, "s": 4, "t": 6}
    assert {n for n in net.names() if net.blob(n).role is Role.WEIGHT} == {"w", "v"}
    assert net.outputs == ("t", "z")
    found = study(net)
    assert found.metrics.complete is False  # of v, a weight, nobody said a size
    assert {b.name for b in found.problem.buffers} == {"data", "y", "z", "s", "t"}


def test_without_sizes_everything_has_a_usual_one_and_a_note_says_so():
    for text in ("Relu a -> b", "Relu a -> a", "Foo a, b -> c, d\nConv c, w, v -> e"):
        script = read_script(text)
        assert script.mistakes == ()
        assert "no sizes are written: what no op tells has 1.0 KiB" in str(script.notes[-1])
        assert study(script.net).metrics.peak_bytes >= 1024


def test_what_is_odd_is_noted_and_kept():
    script = read_script("a: 8 B\naa: 8 B\nRellu a -> b\nb: 8 B\nRelu b -> c\nc: 16 B")
    assert [str(note) for note in script.notes] == [
        (
            "line 3: 'Rellu' is no operator of Caffe2 that memplan knows (did you mean 'Relu'?); "
            "it is kept, and what it makes needs a size"
        ),
        "line 2: 'aa' has a size, but no op uses it (did you mean 'a'?)",
        "line 6: Relu in line 5 makes 'c' of 8 B by its rule; taken as written, 16 B",
    ]
    assert script.net.blob("c").nbytes == 16


def test_the_example_has_no_mistake_and_nothing_odd():
    script = read_script(EXAMPLE)
    assert (script.mistakes, script.notes) == ((), ())
    assert study(script.net).metrics.complete is False or study(script.net).metrics.peak_bytes


def said(net):
    """All that a text says of a net."""
    sizes = {name: net.blob(name).nbytes for name in net.names()}
    weights = {name for name, blob in net.blobs.items() if blob.initialized}
    ops = [(op.type, op.inputs, op.outputs, dict(op.args)) for op in net.ops]
    return ops, net.outputs, sizes, weights


CONVOLUTION = "data: 1x3x16x16\nw: 4x3x3x3\n"


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("Conv data, w -> c kernel=3", (1, 4, 14, 14)),
        ("Conv data, w -> c kernel=3 stride=2 pad=1", (1, 4, 8, 8)),
        ("Conv data, w kernel = 3 pad = 1 -> c stride=2", (1, 4, 8, 8)),
        ("Conv data, w -> c kernels=[3, 3] pads=[1,1,1,1]  # as it was", (1, 4, 16, 16)),
        ('Conv data, w -> c kernel=3 order="NCHW" dilation=2', (1, 4, 12, 12)),
        ("MaxPool data -> c kernel=2 stride=2", (1, 3, 8, 8)),
        ("AveragePool data -> c global_pooling=true", (1, 3, 1, 1)),
        ("Transpose data -> c axes=[0, 2, 3, 1]", (1, 16, 16, 3)),
        ("ConstantFill -> c shape=[2, 5] value=0.5", (2, 5)),
    ],
)
def test_arguments_tell_sizes(line, shape):
    script = read_script(CONVOLUTION + line)
    assert script.mistakes == ()
    assert script.net.blob("c").shape == shape
    again = read_script(net_text(script.net))
    assert said(again.net) == said(script.net)


def test_what_is_odd_about_arguments_is_noted():
    script = read_script(CONVOLUTION + "Conv data, w -> c kernal=3 epsilon=1\nc: 8 B")
    assert [str(note) for note in script.notes] == [
        "line 3: Conv has no argument 'kernal' (did you mean 'kernel'?)",
        (
            "line 3: Conv 'c': the argument kernel is missing; give kernel or kernels; what it "
            "makes is taken as written"
        ),
    ]
    assert script.net.blob("c").nbytes == 8
    script = read_script(CONVOLUTION + "Conv data, w -> c kernel=3\nc: 1x4x9x9")
    assert "line 4: Conv in line 3 makes 'c' of 3.1 KiB by its rule" in str(script.notes[0])


values = (
    st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40).filter(lambda text: text.isascii() or text.isprintable()).map(str.encode)
)
arguments = st.dictionaries(
    st.from_regex(r"[A-Za-z_]\w{0,20}", fullmatch=True).filter(str.isascii),
    values
    | st.lists(st.integers(-(2**63), 2**63 - 1), max_size=8).map(tuple)
    | st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8).map(tuple)
    | st.lists(st.text('ab c,]"\\#=>', max_size=9).map(str.encode), min_size=1, max_size=4).map(
        tuple
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=300)
@given(arguments)
def test_any_argument_survives(args):
    line = f"Foo a -> b {args_text(args)}"
    parsed = parse_lines(line)
    assert parsed.mistakes == []
    assert dict(parsed.ops[0].args) == args
    assert [type(value) for value in parsed.ops[0].args.values()] == [*map(type, args.values())]


def test_what_a_line_cannot_say_is_left_out():
    odd = {"nan": float("nan"), "large": 2**63, "bytes": b"\xff", "many": (0,) * 65, "a b": 1}
    assert args_text(odd | {"pad": 1, "on": b"true"}) == 'pad=1 on="true"'


@settings(deadline=None, max_examples=150)
@given(nets(kinds=("ssa", "in_place"), views=True, aliases=True))
def test_a_net_becomes_a_text_and_that_the_same_net(net):
    net = prepare(net)
    script = read_script(net_text(net))
    assert script.mistakes == ()
    assert said(script.net) == said(net)
    assert net_text(script.net) == net_text(net)


names = st.text(min_size=1, max_size=12).filter(lambda name: name < "\ud800" or name > "\udfff")


@settings(deadline=None, max_examples=100)
@given(st.lists(names, min_size=3, max_size=3, unique=True))
def test_any_name_survives(three):
    import json

    type_, a, b = three
    text = f"{json.dumps(type_)} {json.dumps(a)} -> {json.dumps(b)}\n"
    op = parse_lines(text).ops[0]
    assert (op.type, op.inputs, op.outputs) == (type_, (a,), (b,))
    script = read_script(text)
    assert script.net is not None
    again = read_script(net_text(script.net))
    assert said(again.net) == said(script.net)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from([*'ab,:->#"x1 B\\\n=[]', "Relu ", "->", "outputs ", "a: 8 B\n", *ARGUMENTS])
    ).map("".join)
)
def test_no_text_whatever_raises(text):
    script = read_script(text)
    assert (script.net is None) == bool(script.mistakes)
    if script.net is not None:
        study(script.net)


@given(st.text(max_size=300))
def test_a_text_in_a_link_comes_back(text):
    text = text.encode("utf-8", "replace").decode()
    word = packed(text)
    assert word is not None
    assert unpacked(word) == text
    assert all(char.isalnum() or char in "-_" for char in word)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: urlsafe_b64encode(b).decode()))
def test_a_broken_link_is_no_text(word):
    found = unpacked(word)
    assert found is None or isinstance(found, str)


def test_a_link_is_bounded_both_ways():
    import random

    noise = "".join(chr(random.Random(n).randrange(33, 5000)) for n in range(5000))
    assert packed(noise) is None
    bomb = urlsafe_b64encode(zlib.compress(b"x" * 4_000_000, 9)).decode().rstrip("=")
    assert len(bomb) <= MOST_LINK
    assert unpacked(bomb) is None
