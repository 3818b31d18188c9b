"""What else a connection can wait for: its turn, a time, a Signal, an async handler."""

from asyncio import CancelledError, Event, core, sleep_ms


def wait(conn, sock, want):
    """Wait for what the steps of `conn` want; a generator that returns what they are to be given."""
    if want is None or isinstance(want, int):
        yield from sleep_ms(want or 0)
        return None
    if hasattr(want, "result"):
        return (yield from want.result())
    if not hasattr(want, "wake"):
        raise TypeError("a handler can't yield %r" % (want,))
    task = core.cur_task
    try:
        while not want.is_set:
            if getattr(want, "reads", False):
                want.wake = lambda: _wake(task)
                yield core._io_queue.queue_read(sock)
                if not want.is_set:
                    size = conn.site.limits[4]
                    data = sock.read(size) if conn.secure else sock.recv(size)
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


def _wake(task):
    if task.data is core._io_queue:  # else the socket was faster
        core._io_queue.remove(task)
        core._task_queue.push(task)
