"""Names from files on the screen: each comes out as it is written."""

from __future__ import annotations

import pytest

from memplan.ui.text import literal

JOINER = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("conv1", "conv1"),
        ("res2_0", r"res2\_0"),
        ("**x**", r"\*\*x\*\*"),
        ("<img src=x onerror=alert(1)>", r"\<img src\=x onerror\=alert\(1\)\>"),
        ("$x$", r"\$x\$"),
        ("`x`", r"\`x\`"),
        ("# x", r"\# x"),
        ("[x](y)", r"\[x\]\(y\)"),
        ("two\nlines", r"two\\nlines"),
        ("", ""),
    ],
)
def test_markup_is_escaped(text: str, markdown: str) -> None:
    assert literal(text) == markdown


@pytest.mark.parametrize(
    "text", [":red[x]", ":smile:", ":material/delete:", "http://x.y", "a -> b", "a <- b", "a -- b"]
)
def test_what_is_read_after_the_backslashes_are_gone_is_broken_up(text: str) -> None:
    shown = literal(text)
    assert JOINER in shown
    assert shown.replace(JOINER, "").replace("\\", "") == text


def test_a_bare_link_and_an_address_are_no_links() -> None:
    assert f"www{JOINER}" in literal("www.example.com")
    assert f"@{JOINER}" in literal("a@example.com")


def test_a_backslash_of_the_name_stays() -> None:
    assert literal("a\\b") == r"a\\b"


def test_the_right_to_left_mark_and_half_a_surrogate_are_visible() -> None:
    assert literal("a\u202eb") == r"a\\u202eb"
    assert literal("a\ud800b") == r"a\\ud800b"
