"""Room for what comes next: memory is given back while there is still enough to do so."""

import gc

from .lazy import relieve

RARE = True  # before a plugin, a module or a method is loaded


def make_room(room, keep=None):
    """Relieve when less than `room` bytes are free. keep: the dotted name of a file that is at work."""
    if hasattr(gc, "mem_free") and gc.mem_free() < room:
        gc.collect()
        if gc.mem_free() < room:
            relieve(keep)
