"""The walk through libstdc++'s hash maps: figures that a program in C++ printed (GCC 12)."""

from __future__ import annotations

import pytest

from memplan.planners.hash_order import HashOrder, string_hash


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0x553E93901E462A6E),
        ("a", 0x454DDEE488C1ED6B),
        ("conv1_w", 0x58BD8BF18E99228D),
        ("12345678", 0x8C5B90A33A04DCA5),
        ("inception_3a/pool_proj", 0x1EBE6AEE0F612973),
        ("ä€", 0xD88286EA37A65CD5),
    ],
)
def test_hash_of_a_string(text: str, value: int) -> None:
    assert string_hash(text) == value


def test_the_order_through_two_growths() -> None:
    walked = """
        1521 1444 1369 1296 1156 1089 961 841 121 324 441 100 25 81 169 64 0 144 576 9 1 784 225
        196 400 256 529 289 1225 361 900 16 729 1024 4 49 484 625 36 676"""
    keys = [f"blob_{i * i}" for i in range(40)]
    assert list(HashOrder(keys)) == [f"blob_{number}" for number in walked.split()]


def test_the_order_of_five_thousand() -> None:
    total = 0
    for key in HashOrder(f"b{i}" for i in range(5000)):
        total = (total * 1_000_003 + string_hash(key)) % 2**64
    assert total == 0xAB73902AB1C793DE


def test_a_key_is_kept_once_and_few_keys_come_backwards() -> None:
    assert list(HashOrder(["b", "a", "b"])) == ["a", "b"]
    assert list(HashOrder()) == []
