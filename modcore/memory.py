"""The memory of a device: a watermark, and what supervision keeps for itself."""

import gc

from .ticks import const

_RESERVE = const(512)  # bytes: a report of a failure
_LOW = const(8)  # the part of the heap below which memory is short


def reserve(kernel):
    """What `Kernel.reserve` does; see there."""
    kernel._low = (gc.mem_free() + gc.mem_alloc()) // _LOW
    kernel._reserve = bytearray(_RESERVE)


def look(kernel):
    """Give memory back when it is short, and fill the reserve again when it is not."""
    if gc.mem_free() < kernel._low:
        gc.collect()
        if gc.mem_free() < kernel._low:
            kernel.relieve()
    if kernel._reserve is None and gc.mem_free() > kernel._low:
        reserve(kernel)
