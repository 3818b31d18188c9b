"""A heap that is filled to the last block at every moment of what happens leaves nothing broken behind."""

# heap: 96K

import gc
import socket

from support import on_micropython


def fill(room):
    """Take all memory but `room` objects of the smallest size; `give_back` takes what this returns."""
    spare = None
    for _ in range(room):
        spare = [spare]
    gc.collect()
    taken = None
    for size in (4096, 1024, 256, 64, 16, 1):
        try:
            while True:
                taken = [taken, bytearray(size)] if size > 1 else [taken]
        except MemoryError:
            pass
    return taken


def give_back(taken):
    """Let go of what `fill` has taken, link by link: whatever still lies on the stack keeps no more than one."""
    while taken:
        link, taken = taken, taken[0]
        link.clear()
    gc.collect()


def attempts(after, function, *args):
    """Call `function(*args)` with every room from nothing to enough, and `after()` when there is memory again.

    Returns how often it found none.
    """
    failed = room = 0
    while failed == room:
        taken = fill(room)
        room += 1
        try:
            function(*args)
        except MemoryError:
            failed += 1
        give_back(taken)
        after()
    return failed


@on_micropython
def test_asyncio_polls_on_after_a_registration_without_memory():
    from asyncio import core

    from modcore.aio import Guard

    queue = core.IOQueue()
    Guard(queue)
    before = core.cur_task
    core.cur_task = core.Task(iter(()))
    socks = [socket.socket() for _ in range(6)]
    failed = 0
    try:
        for sock in socks:
            failed += attempts(lambda: list(queue.poller.ipoll(0)), queue.queue_read, sock)
        assert failed
        assert len(queue.map) == len(socks)
    finally:
        core.cur_task = before
        for sock in socks:
            sock.close()


@on_micropython
def test_fibers_poll_on_after_a_registration_without_memory():
    from plugins.fiber.poller import Poller

    poll_on(
        Poller(), lambda poller, sock: poller.watch(sock, 1, lambda *_: None), lambda poller: poller.wait(0)
    )


@on_micropython
def test_a_kernel_polls_on_after_a_registration_without_memory():
    from modcore import Kernel
    from modcore.sockets import Sockets

    poll_on(
        Sockets(Kernel()),
        lambda sockets, sock: sockets.watch(sock, 1, lambda *_: None, None),
        lambda sockets: sockets.dispatch(0),
    )


def poll_on(poller, watch, look):
    """Watch sockets with `watch(poller, sock)` in a full heap, and look at them after each that found no memory."""
    socks = [socket.socket() for _ in range(6)]
    failed = 0
    for sock in socks:
        sock.setblocking(False)
        failed += attempts(lambda: look(poller), watch, poller, sock)
    assert failed
    for sock in socks:
        sock.close()
