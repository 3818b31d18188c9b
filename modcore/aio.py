"""The kernel inside an asyncio loop. Loaded only when a module needs asyncio."""

import asyncio

from .bus import bind, load

try:
    from _thread import get_ident
except ImportError:  # a port without threads
    get_ident = int

_MICROPYTHON = hasattr(asyncio, "core")


class Aio:
    """The tasks of modules with `async run()`, and the kernel's own sleep, which `wake` ends."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.tasks = {}  # module id -> task
        self._watches = {}  # socket's key -> tasks (MicroPython)
        self._sleeping = None
        self.task = asyncio.current_task()
        self._thread = get_ident()

    def spawn(self, module):
        """Start `module.run()` as a task, behind the end of its former one."""
        former = self.tasks.get(module.id)
        self.tasks[module.id] = asyncio.create_task(self._supervise(module, former))

    async def _supervise(self, module, former):
        if former:
            await _ended(former)
        try:
            await module.run()
        except Exception as error:
            failed = module.state == "RUNNING" and self.tasks.get(module.id) is asyncio.current_task()
            if failed:
                del self.tasks[module.id]
            while True:
                try:
                    if failed:
                        self.kernel.fault(module, error)
                    else:
                        self.kernel.report(module, error)  # while it ended
                    break
                except MemoryError:  # it finds no room yet
                    print("kernel: out of memory")
                    await asyncio.sleep(1)

    def __getattr__(self, name):
        return bind(self, "sockets", name)  # watch and unwatch

    def wake(self):
        """End the kernel's sleep; from another thread it ends by itself within the nap."""
        sleeping = self._sleeping
        if sleeping is None or get_ident() != self._thread:
            return
        self._sleeping = None
        # What Task.cancel does to bring a sleeping task forward, without the cancelling.
        queue = asyncio.core._task_queue
        queue.remove(sleeping)
        queue.push(sleeping)

    async def sleep(self, ms):
        """Sleep for `ms` milliseconds or until `wake`."""
        self._sleeping = self.task
        try:
            await asyncio.sleep_ms(min(ms, 50))  # as in Kernel.run
        finally:
            self._sleeping = None


async def _ended(task):
    try:
        await task
    except asyncio.CancelledError:
        if not task.done():
            raise
    except Exception:
        pass  # reported where it was raised


async def turn(kernel):
    """What a run in an asyncio loop does between its beginning and its end."""
    aio = kernel._aio = Aio(kernel) if _MICROPYTHON else load("host").host_aio(Aio)(kernel)
    kernel.bus.wake = aio.wake
    if kernel._sockets:
        for sock, _, _, flags in kernel._sockets.entries.values():
            aio.watch(sock, flags)
    for module in kernel.modules.values():
        if module.state == "RUNNING" and hasattr(module, "run"):
            aio.spawn(module)
    try:
        while not kernel._stopping:
            await aio.sleep(kernel.step())
    finally:
        kernel.end()
        kernel.bus.wake = None
        for task in list(aio.tasks.values()):
            await _ended(task)
        if kernel._sockets:
            for key, entry in kernel._sockets.entries.items():
                aio.unwatch(entry[0], key)
        kernel._aio = None


def run(kernel):
    """`asyncio.run(turn(kernel))`, leaving no task behind for the next run."""
    try:
        asyncio.run(turn(kernel))
    except KeyboardInterrupt:
        if _MICROPYTHON and kernel._aio:
            # It struck a task: let the others, and the kernel's own, come to their ends.
            kernel._stopping = True
            asyncio.core.run_until_complete(kernel._aio.task)
        raise
    finally:
        kernel._aio = kernel.bus.wake = None
        if _MICROPYTHON:
            asyncio.new_event_loop()
