"""What else a connection can wait for on CPython: its turn, a time, a Signal, an async handler."""

import asyncio

from .host import readable, receive


async def wait(conn, sock, want):
    """Wait for what the steps of `conn` want; returns what they are to be given."""
    if want is None or isinstance(want, int):
        await asyncio.sleep((want or 0) / 1000)
        return None
    if hasattr(want, "result"):
        return await want.result()
    if not hasattr(want, "wake"):
        raise TypeError("a handler can't yield %r" % (want,))
    try:
        while not want.is_set:
            if getattr(want, "reads", False):
                await readable(sock, want)
                if not want.is_set:
                    data = receive(sock, conn.site.read_bytes)
                    if data is not None:
                        return data
            else:
                event = asyncio.Event()
                want.wake = event.set
                await event.wait()
        want.is_set = False
        return want.take() if hasattr(want, "take") else True
    except asyncio.CancelledError:
        if conn.due is not True:
            raise
        return False
    finally:
        want.wake = None
