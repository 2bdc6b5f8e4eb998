"""A submission to begin with: it works, and leaves something to be bettered."""

EXAMPLE = '''\
"""My planner: where each buffer lies in memory.

problem.buffers lists the buffers; each has
    name        a text
    begin, end  the steps in which it is alive: from begin up to, but without, end
    size        bytes
    alignment   its offset must be a multiple of this
Two buffers that are alive at the same step must not share a byte.
Return {name: offset} for all of them. The lower the highest byte in use, the better.
"""


def plan(problem):
    placed = []   # buffers that have their offset
    offsets = {}
    for buffer in sorted(problem.buffers, key=lambda b: b.begin):
        # The lowest offset that is free of everything alive at the same time.
        offset = 0
        for other in sorted(placed, key=lambda b: offsets[b.name]):
            meets = other.begin < buffer.end and buffer.begin < other.end
            if meets and offsets[other.name] < offset + buffer.size:
                offset = max(offset, offsets[other.name] + other.size)
                offset = -(-offset // buffer.alignment) * buffer.alignment
        offsets[buffer.name] = offset
        placed.append(buffer)
    return offsets
'''
