"""Other things that a connection can wait for: its turn, a time, a Signal, and whatever fibers wait for."""

from select import POLLIN


def wait(link, steps, want):
    """Wait for what `steps` want, and tell them; a generator that returns what they want next."""
    if hasattr(want, "wake"):
        return _go_on(steps.send, (yield from _signal(link, want)))
    if want is not None and not isinstance(want, int) and not hasattr(want, "park"):
        return _go_on(steps.throw, TypeError("a handler can't yield %r" % (want,)))
    try:
        value = yield want
    except Exception as error:
        if isinstance(error, OSError) and error.args[0] == 110:  # ETIMEDOUT
            from plugins.fiber.fiber import Timeout

            error = Timeout(110)
        return _go_on(steps.throw, error)
    return _go_on(steps.send, value)


def _go_on(step, value):
    try:
        return step(value)
    except StopIteration:
        raise OSError(0)  # the end of the connection; no generator lets a StopIteration out


def _signal(link, signal):
    """True; False when its time is over; or the bytes that came."""
    reads = getattr(signal, "reads", False)
    if reads:
        link.wanted = POLLIN
    signal.wake = link.ready
    try:
        while not signal.is_set:
            yield link
            if reads and not signal.is_set:
                data = link.sock.read(link.conn.site.read_bytes)
                if data is not None:
                    return data
        signal.is_set = False
        return signal.take() if hasattr(signal, "take") else True
    except OSError as error:
        if error.args[0] != 110:  # ETIMEDOUT
            raise
        return False
    finally:
        signal.wake = None
