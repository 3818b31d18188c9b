"""Waiting for sockets in MicroPython's asyncio, made to survive a full memory; loaded where there is no kernel."""

import gc

_RESERVE_BYTES = 256


class Guard:
    """Stands in the way of each new wait in MicroPython's asyncio: `Guard(asyncio.core._io_queue)`.

    A `poll.register` that finds no memory half way leaves an entry behind that crashes the next look at it
    (extmod/modselect.c: "this case is not handled"). This is a copy of the one in modcore/aio.py.
    """

    def __init__(self, queue):
        self.reserve = bytearray(_RESERVE_BYTES)
        self.queue = queue
        self.enqueue = queue._enqueue
        queue._enqueue = self.wait
        queue.guard = self

    def wait(self, sock, direction):
        """Put the present task in the queue. direction: 0 to read, 1 to write. MemoryError: it does not wait."""
        try:
            if not self.reserve:
                self.reserve = bytearray(_RESERVE_BYTES)
            self.enqueue(sock, direction)
        except MemoryError:
            if self.reserve:
                self.reserve = None
                gc.collect()
                queue = self.queue
                waiting = queue.map.get(id(sock))
                if waiting and waiting[1 - direction] is None:
                    # Registering it again fills the half entry in, in the memory that was kept for this.
                    queue.poller.register(sock)
                    queue.poller.unregister(sock)
                    del queue.map[id(sock)]
            raise
