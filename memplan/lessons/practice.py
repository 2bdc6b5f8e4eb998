"""Small nets to practise on, as many as there are numbers; the same number, the same net."""

from __future__ import annotations

from random import Random

from memplan.lessons.sketch import Sketch
from memplan.net import Net

__all__ = ["practice_net"]

_UNARY = ("Relu", "Tanh", "Sigmoid")
_WIDTHS = (2, 3, 4, 6, 8, 12)
_NAMES = "abcdefghijkl"


def practice_net(seed: int) -> Net:
    """A net of seven to nine ops with an arm or two, of blobs of many sizes.

    >>> practice_net(7) == practice_net(7), practice_net(7) == practice_net(8)
    (True, False)
    """
    draw = Random(f"practice {seed}")  # noqa: S311  a quiz, no secret
    sketch = Sketch(f"practice {seed}")
    sketch.given("data", draw.choice(_WIDTHS))
    unread = ["data"]
    for name in _NAMES[: draw.randint(7, 9)]:
        source = draw.choice(unread[-2:])
        pairs = [n for n in unread if n != source and sketch.width[n] == sketch.width[source]]
        keeps = draw.random() < 0.3  # the source is read once more, later: an arm
        if pairs and draw.random() < 0.7:
            sketch.op("Sum", f"{source} {pairs[0]}", name)
            unread.remove(pairs[0])
        elif draw.random() < 0.55:
            sketch.fc(source, name, draw.choice(_WIDTHS))
        else:
            sketch.op(draw.choice(_UNARY), source, name)
        if not keeps:
            unread.remove(source)
        unread.append(name)
    sketch.wanted(*(n for n in unread if n != "data"))
    return sketch.net()
