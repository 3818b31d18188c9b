"""The part of the memory that guests leave to the rest of the device, such as its connection to the broker."""

import gc

from .ticks import const

RARE = True  # only for heads and bodies that are not small

SMALL = const(1024)  # bytes that a request may take in any case
_PART = const(8)  # the part of the heap that stays free,
_PIECE = const(1024)  # and what of it is in one piece


def leave():
    """Raise MemoryError, a 503 for this guest, while so little is free that others would lack it.

    To be called as a request grows past SMALL bytes.
    """
    if not hasattr(gc, "mem_free"):
        return  # CPython
    least = (gc.mem_free() + gc.mem_alloc()) // _PART
    if gc.mem_free() < least:
        gc.collect()
        if gc.mem_free() < least:
            raise MemoryError
    bytearray(_PIECE)
