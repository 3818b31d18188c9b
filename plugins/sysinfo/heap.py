"""The largest block of heap that can be had."""

import gc


def largest_block():
    """Bytes, found by trying, to about 1/32 of what is free; a lower bound."""
    gc.collect()
    free = gc.mem_free()
    step = free // 2
    found = 0
    while step > free // 64:
        if _can_be_had(found + step):
            found += step
        step //= 2
    gc.collect()
    return found


def _can_be_had(size):
    # A function of its own: the block must not stay on the stack of the search.
    try:
        bytearray(size)
        return True
    except MemoryError:
        return False
