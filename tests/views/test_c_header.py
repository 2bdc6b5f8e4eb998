"""A plan as a C header: a compiler takes it, and no name gets out of its comment."""

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memplan.errors import InvalidProblem, UnknownSize, UnsafePlan
from memplan.net import Blob, DType, Net, Op
from memplan.study import Settings, prepare, study
from memplan.views.c_header import c_header, identifiers


def made(names=("x", "y", "z"), net_name="net", size=10, **settings):
    ops = tuple(Op("Relu", (a,), (b,)) for a, b in pairwise(names))
    blobs = {n: Blob(n, (size,), DType.FLOAT32) for n in names}
    net = Net(net_name, ops, blobs, inputs=names[:1], outputs=names[-1:], dialect="tflite")
    return study(prepare(net), Settings(**settings))


def defines(text):
    return dict(re.findall(r"^#define (NET_\w+) (\d+)", text, re.MULTILINE))


def test_size_alignment_and_offsets():
    found = made(alignment=16)
    text = c_header(found)
    assert defines(text) == {
        "NET_ARENA_SIZE": str(found.plan.peak),
        "NET_ARENA_ALIGNMENT": "16",
        **{f"NET_OFFSET_{n.upper()}": str(at) for n, at in found.plan.offsets.items()},
    }


def test_names_that_meet_are_told_apart_in_the_order_of_the_buffers():
    names = ("a/b", "a.b", "a_b", "A b", "é", "::", "a_b_2")
    found = identifiers(names)
    assert found == ("A_B", "A_B_2", "A_B_3", "A_B_4", "BUFFER", "BUFFER_2", "A_B_2_2")
    long = identifiers(["x" * 300 + end for end in "ab"])
    assert [len(name) for name in long] == [48, 50]


@given(st.lists(st.text(max_size=8), max_size=30))
def test_identifiers_are_unique_and_plain(names):
    found = identifiers(names)
    assert len(set(found)) == len(names)
    assert all(re.fullmatch(r"[A-Z0-9_]+", name) for name in found)


HOSTILE = ("*/ int x; /*", "a\nb", "a\\", "**//", "é\u202e", "/*/", '"', "??/")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_ends_its_comment(name):
    text = c_header(made((name, "y", "z"), net_name=name))
    assert text.isascii()
    rest = re.sub(r"/\*.*?\*/", "", text)
    assert "/" not in rest
    assert "int" not in rest
    assert "\\" not in text
    assert text.count("/*") == text.count("*/") == 4  # the title, and each buffer's


def test_what_no_arena_can_be_made_of():
    with pytest.raises(InvalidProblem, match="powers of two"):
        c_header(made(alignment=12))
    with pytest.raises(UnknownSize):
        c_header(made(size=None))
    with pytest.raises(UnsafePlan):
        c_header(replace(made(), unsafe="two blobs clash"))


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_compiler_takes_it(tmp_path):
    found = made(("*/ int x; /*", "b\n", "c\\"), net_name="*/ #error", alignment=64)
    (tmp_path / "arena.h").write_text(c_header(found))
    (tmp_path / "main.c").write_text(
        '#include "arena.h"\n#include "arena.h"\n'
        "NET_ARENA_ALIGNED static unsigned char arena[NET_ARENA_SIZE];\n"
        "int main(void) { return ((unsigned long)arena % NET_ARENA_ALIGNMENT) != 0; }\n"
    )
    command = ["cc", "-std=c99", "-Wall", "-Werror", "-o", "main", "main.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    subprocess.run([tmp_path / "main"], check=True)
