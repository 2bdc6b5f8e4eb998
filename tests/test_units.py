import pytest

from memplan.units import align_up, format_bytes, parse_bytes


def test_align_up_is_the_least_multiple() -> None:
    for value in range(200):
        for alignment in (1, 3, 16, 64):
            found = align_up(value, alignment)
            assert found % alignment == 0
            assert value <= found < value + alignment


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (7225344, "6.9 MiB"), (None, "unknown")],
)
def test_sizes_as_people_read_them(size: int | None, text: str) -> None:
    assert format_bytes(size) == text


def test_sizes_are_read_back() -> None:
    assert parse_bytes("256KiB") == 256 * 1024
    assert parse_bytes("1.5 MiB") == 3 * 512 * 1024
    with pytest.raises(ValueError, match="no size"):
        parse_bytes("many")
