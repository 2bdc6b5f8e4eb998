"""A plan as a C header: the size of the arena, and where in it each buffer lies.

Names become identifiers, and what is left of them stands in comments: neither can end a comment
or begin anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import lcm

from memplan.errors import InvalidProblem, UnknownSize, UnsafePlan, quoted
from memplan.plan import Plan
from memplan.study import Study

__all__ = ["c_header", "identifiers"]

_LONGEST = 48  # compilers tell 63 characters apart: the prefix and a number go with it

_MACROS = """\
#if defined(__GNUC__)
#define NET_ARENA_ALIGNED __attribute__((aligned(NET_ARENA_ALIGNMENT)))
#elif defined(_MSC_VER)
#define NET_ARENA_ALIGNED __declspec(align(NET_ARENA_ALIGNMENT))
#elif defined(__cplusplus)
#define NET_ARENA_ALIGNED alignas(NET_ARENA_ALIGNMENT)
#else
#define NET_ARENA_ALIGNED _Alignas(NET_ARENA_ALIGNMENT)
#endif
"""


def c_header(study: Study) -> str:
    """Return the header, for ``NET_ARENA_ALIGNED static unsigned char arena[NET_ARENA_SIZE];``.

    Of several memories each has a size of its own, ``NET_<SPACE>_SIZE``.

    Raises:
        UnsafePlan: The plan is not to be used.
        UnknownSize: A buffer has no known size, so that the arena has none.
        InvalidProblem: The alignment is no power of two, as C has it.
    """
    plan = study.plan
    if study.unsafe is not None:
        raise UnsafePlan(f"no header of an unsafe plan: {study.unsafe}")
    if plan.offsets is None or plan.problem.unknown:
        raise UnknownSize("no header while sizes are unknown: give the shapes that are missing")
    title = f"{study.net.name or 'a net without a name'}, planned by {plan.planner}"
    return "\n".join(
        (
            "#ifndef NET_ARENA_H",
            "#define NET_ARENA_H",
            "",
            f"/* Arena of {_comment(title)}; sizes and offsets in bytes. */",
            *_sizes(plan),
            f"#define NET_ARENA_ALIGNMENT {_alignment(plan)}",
            "",
            _MACROS,
            *_offsets(plan),
            "",
            "#endif",
            "",
        )
    )


def identifiers(names: Iterable[str]) -> tuple[str, ...]:
    """An identifier for each name, no two alike; the first of several keeps the plain one.

    >>> identifiers(["conv/1", "conv_1", "conv.1", "conv_1_2"])
    ('CONV_1', 'CONV_1_2', 'CONV_1_3', 'CONV_1_2_2')
    """
    taken: set[str] = set()
    next_number: dict[str, int] = {}
    found = []
    for name in names:
        plain = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")[:_LONGEST] or "BUFFER"
        chosen, number = plain, next_number.get(plain, 2)
        while chosen in taken:
            chosen, number = f"{plain}_{number}", number + 1
        next_number[plain] = number
        taken.add(chosen)
        found.append(chosen)
    return tuple(found)


def _sizes(plan: Plan) -> list[str]:
    peaks = plan.peaks()
    if len(peaks) == 1:
        return [f"#define NET_ARENA_SIZE {next(iter(peaks.values()))}"]
    return [
        f"#define NET_{name}_SIZE {top}"
        for name, top in zip(identifiers(peaks), peaks.values(), strict=True)
    ]


def _alignment(plan: Plan) -> int:
    wanted = lcm(*(s.alignment for s in plan.problem.spaces))
    wanted = lcm(wanted, *(b.alignment for b in plan.problem.buffers))
    if wanted & (wanted - 1):
        raise InvalidProblem(
            f"no header for an alignment of {wanted} bytes: C aligns by powers of two; "
            "plan with --alignment 16"
        )
    return wanted


def _offsets(plan: Plan) -> list[str]:
    buffers, offsets = plan.problem.buffers, plan.offsets or {}
    lines = []
    for name, b in zip(identifiers(b.name for b in buffers), buffers, strict=True):
        told = f"{_comment(quoted(b.name))}: {b.size} bytes, ops {b.live}"
        lines.append(f"#define NET_OFFSET_{name} {offsets[b.name]} /* {told} */")
    return lines


def _comment(text: str) -> str:
    r"""Text that cannot end a comment, begin one, or go on in the next line.

    >>> print(_comment("a*/ int x; /* b\n"))
    a* / int x; / * b?
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c != "\\" else "?" for c in text)
    return re.sub(r"(?<=[*/])(?=[*/])", " ", plain)
