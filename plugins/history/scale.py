"""A wider scale for a chunk, when a value does not fit."""

RARE = True  # when a value is larger than all before

_GAP = -32768
_MOST = 32000


def widen(chunk, least, most):
    """Write a chunk anew, in a scale in which all values so far and two new ones have room."""
    data = chunk.data
    for one in data:
        if one != _GAP:
            value = chunk.base + one * chunk.step
            least = min(least, value)
            most = max(most, value)
    old_base, old_step = chunk.base, chunk.step
    chunk.base = (least + most) / 2
    # Half as much again: a value that grows does not make this happen each time.
    chunk.step = (most - least) * 0.75 / _MOST
    for at in range(len(data)):
        if data[at] != _GAP:
            data[at] = round((old_base + data[at] * old_step - chunk.base) / chunk.step)
