"""The filter of system calls under which a stranger's planner runs: a list of what it may do.

The kernel runs the filter at each call to the system (seccomp, since Linux 3.17) and answers all
that is not on the list as if permission were denied. To compute takes little: more memory, the
clock, reading and writing what is open already, and to end. There is no way to open a file, to
make a socket, to start or to signal a process.
"""

from __future__ import annotations

import platform
import struct
import sys

__all__ = ["filter_program"]

# include/uapi/linux/audit.h; then the numbers of the calls below, in the same order.
_X86_64 = 0xC000003E
_AARCH64 = 0xC00000B7
_CALLS: dict[str, tuple[int, int]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "times": (100, 153),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
}
_MACHINES = {"x86_64": (_X86_64, 0), "aarch64": (_AARCH64, 1)}

_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _MACHINE = 0, 4  # where they lie in the kernel's struct seccomp_data
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # 1: EPERM


def filter_program(system: str = sys.platform, machine: str | None = None) -> bytes | None:
    """The filter for a machine, eight bytes an instruction; None where there is none.

    Calls of another architecture's table (those of 32 bits on a machine of 64) end the process;
    x32's, whose numbers have bit 30 set, are on no list and so are denied.
    """
    known = _MACHINES.get(platform.machine() if machine is None else machine)
    if system != "linux" or known is None:
        return None
    audit, column = known
    allowed = [numbers[column] for numbers in _CALLS.values()]
    steps = [(_LOAD, 0, 0, _MACHINE), (_IF_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL)]
    steps.append((_LOAD, 0, 0, _NUMBER))
    for place, number in enumerate(allowed):
        # If it is this one, jump over the rest of the list and the denial that follows it.
        steps.append((_IF_EQUAL, len(allowed) - place, 0, number))
    steps += [(_RETURN, 0, 0, _DENY), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
