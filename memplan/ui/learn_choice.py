"""What a visitor of Learn has before him: a lesson or a net, a scene, the questions' seed, a frame.

/learn?lesson=blob&scene=1&seed=7&frame=12          a lesson
/learn?do=step&by=greedy_by_size&frame=3            the open net, or one that is bundled
/learn?do=quiz&by=caffe2_simple&seed=7              a net made of the seed
/learn?do=edit&by=greedy_by_size&text=…             a net as text, packed
/learn?do=break&by=greedy_by_size                   the smallest problem on which it loses
/learn?do=own&seed=7                                a planner of the visitor's
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from memplan.lessons import LESSONS
from memplan.net_script import EXAMPLE
from memplan.steps import METHODS
from memplan.views.script_link import packed, unpacked

__all__ = ["FRAME", "MOST_SEED", "Activity", "LearnChoice", "read_choice", "write_choice"]

MOST_SEED = 999_999
FRAME = "frame"
"""The word for a frame in the URL, where the stepper writes it: see `mount.js`."""


class Activity(StrEnum):
    """What there is to do."""

    LESSONS = "lessons"
    STEP = "step"
    QUIZ = "quiz"
    EDIT = "edit"
    BREAK = "break"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class LearnChoice:
    """The choice, and where the stepper stands.

    Attributes:
        by: The method, where no lesson names it.
        frame: Where the visitor rests.
        start: Where the stepper is told to stand; it hears of it when `turn` is another.
        given: Answers by the version of a run: of each question the choice, and whether it is
            right.
        text: A net as text, for the editor.
    """

    activity: Activity = Activity.LESSONS
    lesson: str = next(iter(LESSONS))
    scene: int = 0
    by: str = "greedy_by_size"
    text: str = EXAMPLE
    seed: int = 1
    frame: int = 0
    start: int = 0
    turn: int = 0
    given: Mapping[str, Mapping[int, tuple[int, bool]]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def turn_to(self, **parts: object) -> LearnChoice:
        """Choose something else; it is shown from its beginning."""
        changed = replace(self, **parts)  # type: ignore[arg-type]  # by name
        return replace(changed, frame=0, start=0, turn=self.turn + 1)

    def resumed(self) -> LearnChoice:
        """The visitor comes back from another page: it stands where it was left."""
        return replace(self, start=self.frame, turn=self.turn + 1)

    def rest(self, frame: int) -> LearnChoice:
        """The visitor has come to rest at a frame."""
        return replace(self, frame=frame)

    def answer(self, version: str, given: Mapping[int, tuple[int, bool]]) -> LearnChoice:
        """Questions of a run were answered; a first answer stays."""
        merged = MappingProxyType({**given, **self.given.get(version, {})})
        return replace(self, given=MappingProxyType({**self.given, version: merged}))

    @property
    def score(self) -> tuple[int, int]:
        """How many answers of this visit are right, and how many there are."""
        answers = [right for run in self.given.values() for _, right in run.values()]
        return sum(answers), len(answers)


def write_choice(choice: LearnChoice) -> dict[str, str]:
    """The choice as a query; what is as usual is left out."""
    usual = LearnChoice()
    query = {}
    if choice.activity is Activity.LESSONS:
        query["lesson"] = choice.lesson
        if choice.scene:
            query["scene"] = str(choice.scene)
    else:
        query |= {"do": choice.activity.value, "by": choice.by}
    word = packed(choice.text) if choice.activity is Activity.EDIT else None
    if word is not None and choice.text != usual.text:
        query["text"] = word
    if choice.seed != usual.seed:
        query["seed"] = str(choice.seed)
    if choice.frame:
        query[FRAME] = str(choice.frame)
    return query


def read_choice(choice: LearnChoice, query: Mapping[str, str]) -> LearnChoice:
    """The choice that a query says; nonsense is as if it were not there."""
    usual = LearnChoice()
    lesson = query.get("lesson", usual.lesson)
    known = lesson if lesson in LESSONS else usual.lesson
    activities = {activity.value: activity for activity in Activity}
    frame = _number(query.get(FRAME), 1_000_000)
    return replace(
        choice,
        activity=activities.get(query.get("do", ""), usual.activity),
        lesson=known,
        scene=min(_number(query.get("scene"), 99), len(LESSONS[known].scenes) - 1),
        text=unpacked(query.get("text", "")) or usual.text,
        by=query["by"] if query.get("by") in METHODS else usual.by,
        seed=_number(query.get("seed"), MOST_SEED) or usual.seed,
        frame=frame,
        start=frame,
        turn=choice.turn + 1,
    )


def _number(text: str | None, most: int) -> int:
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return min(int(text), most) if known and text is not None else 0
