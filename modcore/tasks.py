"""Tasks of modules with `async run()`: how they come and go; aio.py runs them.

What stands here without a _ before its name is a method of Aio or asked for by it; a board loads it when it is called.
"""

import asyncio

RARE = True  # needed when a module starts or stops


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
