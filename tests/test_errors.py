"""The tree drawn in the docstring of `memplan.errors` is the tree that is there."""

import re

from memplan import errors


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = {
        match[2]: len(match[1])
        for match in re.finditer(r"^    ([│ ]*)[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    }
    real = {n for n in errors.__all__ if n not in ("quoted", "MemplanError")}
    assert set(drawn) == real
    for name, depth in drawn.items():
        parent = getattr(errors, name).__mro__[1]
        assert (parent is errors.MemplanError) == (depth == 0)


def test_a_name_in_a_message_is_one_line_and_bounded() -> None:
    shown = errors.quoted("a\nb\x00\x1b[31m" + "x" * 1000)
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert len(shown) < 100
