"""Other things that a connection can wait for: its turn, a time, a Signal, an async handler."""

from asyncio import CancelledError

from . import CPYTHON, core

_FAR_MS = 1 << 28

if CPYTHON:
    from .cpython import Event, current_task, interrupt
else:
    from asyncio import Event

    def current_task():
        """The task that runs."""
        return core.cur_task

    def interrupt(task):
        """Wake a task that waits for a socket."""
        if task.data is core._io_queue:  # else the socket was faster
            core._io_queue.remove(task)
            core._task_queue.push(task)


def wait(server, conn, sock, want):
    """Wait for what the steps of `conn` want; a generator that returns what they are to be given."""
    if want is None or isinstance(want, int):
        ms = want or 0
        while ms > _FAR_MS:  # a tick tells apart 6.2 days at most
            ms -= _FAR_MS
            yield from core.sleep_ms(_FAR_MS)
        yield from core.sleep_ms(ms)
        return None
    if hasattr(want, "result"):
        return (yield from want.result())
    if not hasattr(want, "wake"):
        raise TypeError("a handler can't yield %r" % (want,))
    task = current_task()
    try:
        while not want.is_set:
            if getattr(want, "reads", False):
                want.wake = lambda: interrupt(task)
                yield core._io_queue.queue_read(sock)
                if not want.is_set:
                    data = sock.read(conn.site.read_bytes) if conn.secure else sock.recv(conn.site.read_bytes)
                    if data is not None:
                        return data
            else:
                event = Event()
                want.wake = event.set
                yield from event.wait()
        want.is_set = False
        return want.take() if hasattr(want, "take") else True
    except CancelledError:
        if conn.due is not True:
            raise
        return False
    finally:
        want.wake = None
