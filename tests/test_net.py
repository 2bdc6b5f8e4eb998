from dataclasses import replace

import pytest

from memplan.net import Blob, DType, Net, Op, free_reads, made_names, reads_by_op

INNER = Net(ops=(Op("Relu", ("outer",), ("t",)), Op("Sum", ("t", "bound"), ("c",))), outputs=("c",))
OUTER = Net(
    ops=(
        Op("Relu", ("data",), ("outer",)),
        Op("If", ("cond",), ("c",), nets={"then_net": INNER}),
        Op("Relu", ("c", "c"), ("out",)),
    ),
    inputs=("data", "cond"),
    outputs=("out",),
)


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((2, 3), DType.FLOAT32, 24),
        ((), DType.INT64, 8),
        ((0, 7), DType.UINT8, 0),
        ((2, None), DType.FLOAT32, None),
        (("batch", 3), DType.FLOAT32, None),
        (None, DType.FLOAT32, None),
        ((2,), None, None),
        ((2,), DType.STRING, None),
    ],
)
def test_bytes_of_a_blob(shape, dtype, expected) -> None:
    assert Blob("x", shape, dtype).nbytes == expected


def test_a_blob_needs_the_bytes_of_its_largest_write() -> None:
    assert Blob("x", (2,), DType.FLOAT32, largest=100).nbytes == 100


def test_a_nested_net_reads_the_outer_blobs_that_the_net_around_knows() -> None:
    assert free_reads(INNER) == ("outer", "bound")
    assert reads_by_op(OUTER) == (("data",), ("cond", "outer"), ("c",))
    assert made_names(OUTER) == ("outer", "c", "out")
    assert OUTER.names() == ("data", "cond", "outer", "c", "out")


def test_nets_are_compared_and_named_by_content() -> None:
    twin = replace(OUTER, source=object())
    assert twin == OUTER
    assert twin.digest() == OUTER.digest()
    for other in (
        replace(OUTER, name="other"),
        replace(OUTER, ops=OUTER.ops[::-1]),
        OUTER.with_blobs({"data": Blob("data", (1,), DType.FLOAT32)}),
        replace(OUTER, ops=(*OUTER.ops[:2], replace(OUTER.ops[2], args={"order": b"NHWC"}))),
    ):
        assert other.digest() != OUTER.digest()


def test_names_with_lone_surrogates_have_a_digest_too() -> None:
    assert Net(ops=(Op("Relu", ("\udcff",), ("b",)),)).digest()
