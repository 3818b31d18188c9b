"""Tasks of modules with `async run()`: how they come and go; aio.py runs them.

What stands here without a _ before its name is a method of Aio or asked for by it; a board loads it when it is called.
"""

import asyncio

from .ticks import const

RARE = True  # needed when a module starts or stops

_AGAIN_S = const(1)  # until the next try to tell of a failure for which there was no memory


def take_up(aio):
    """Watch the sockets and start the tasks of what runs already."""
    kernel = aio.kernel
    if kernel._sockets:
        for sock, _, _, flags in kernel._sockets.entries.values():
            aio.watch(sock, flags)
    for module in kernel.modules.values():
        if module.state == "RUNNING" and hasattr(type(module), "run"):
            spawn(aio, module)


async def leave(kernel):
    """Let the tasks of `kernel`, which has ended, come to their ends, and the loop watch none of its sockets."""
    aio = kernel._aio
    if not aio:
        return
    for task in list(aio.tasks.values()):
        await ended(task)
    if kernel._sockets:
        for key, entry in kernel._sockets.entries.items():
            aio.unwatch(entry[0], key)
    kernel._aio = None


def spawn(aio, module):
    """Start `module.run()` as a task, after the end of its former one."""
    former = aio.tasks.get(module.id)
    aio.tasks[module.id] = asyncio.create_task(aio.supervise(module, former))


def cancel(aio, module):
    """Cancel the task of `module`, which is still known until it has ended."""
    task = aio.tasks.get(module.id)
    if not task or task.done():
        return
    if task is asyncio.current_task():
        asyncio.create_task(_cancel(task))  # it can't cancel itself
    else:
        task.cancel()


async def _cancel(task):
    task.cancel()


async def failed(aio, module, error):
    """Do what an exception out of `module.run()` asks for."""
    if isinstance(error, asyncio.CancelledError):
        # The whole loop may be ending: then the module is stopped meanwhile.
        for _ in range(3):
            await asyncio.sleep(0)
    if aio.tasks.get(module.id) is asyncio.current_task() and module.state == "RUNNING":
        del aio.tasks[module.id]
        aio.kernel.fault(module, error)
        return
    while not isinstance(error, asyncio.CancelledError):  # it failed while it ended
        try:
            from .supervision import report

            report(aio.kernel, module, error)
            return
        except MemoryError:
            aio.kernel.relieve()
            await asyncio.sleep(_AGAIN_S)


async def ended(task):
    """Wait for the end of `task`, however it ends."""
    try:
        await task
    except asyncio.CancelledError:
        if not task.done():
            raise
    except Exception:
        pass  # reported where it was raised


def watch(aio, sock, flags):
    """Wake the kernel while `sock` is ready. MicroPython's way; CPython's is in cpython.py."""
    aio.watches[id(sock)] = tasks = []
    for flag, queue in ((1, "queue_read"), (4, "queue_write")):  # select.POLLIN, POLLOUT
        if flags & flag:
            tasks.append(asyncio.create_task(aio.wake_on(queue, sock)))


def unwatch(aio, sock, key):
    """End `watch(sock)`; key: its id, on CPython its file descriptor."""
    for task in aio.watches.pop(key, ()):
        task.cancel()
