"""The kernel inside an asyncio loop. Loaded only when a module needs asyncio."""

import asyncio
import gc

from .lazy import look_up
from .ticks import const

try:
    from _thread import get_ident
except ImportError:  # a port without threads
    get_ident = int


TYPE_CHECKING = const(0)  # for editors and type checkers
_MICROPYTHON = hasattr(asyncio, "core")
_RESERVE_BYTES = const(256)
_AGAIN_S = const(1)  # until the next try to tell of a failure for which there was no memory


class Aio:
    """The tasks of modules with `async run()`, and the kernel's own sleep, which `wake` ends."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.tasks = {}  # module id -> task
        self.watches = {}  # socket's id -> tasks (MicroPython)
        self._sleeping = None
        self.task = asyncio.current_task()
        self._thread = get_ident()
        if _MICROPYTHON:
            look_up(self, Aio)
            Guard(asyncio.core._io_queue)

    if TYPE_CHECKING:  # a board loads them when they are called
        from .tasks import cancel, spawn, take_up, unwatch, watch
    else:
        _methods = "Aio"  # see lookup.py
        __getattr__ = look_up

    async def supervise(self, module, former):
        """Await `module.run()`, and do what its end asks for."""
        if former:
            from .tasks import ended

            await ended(former)
            del ended
        try:
            await module.run()
        except KeyboardInterrupt:
            # MicroPython's loop is left here and now, and takes the task for one that still runs.
            self.tasks.pop(module.id, None)
            raise
        except BaseException as error:
            while True:
                try:
                    from .tasks import failed

                    break
                except MemoryError:
                    self.kernel.relieve()
                    await asyncio.sleep(_AGAIN_S)
            await failed(self, module, error)

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

    def wake_on(self, queue, sock):
        """Wake the kernel whenever `sock` is ready; a generator, which is a coroutine on MicroPython."""
        while True:
            try:
                yield getattr(asyncio.core._io_queue, queue)(sock)
                self.wake()
                yield from asyncio.sleep_ms(0)
            except MemoryError:  # the kernel looks by itself before long
                yield from asyncio.sleep_ms(_AGAIN_S * 1000)


class Guard:
    """Stands in the way of each new wait in MicroPython's asyncio: `Guard(asyncio.core._io_queue)`.

    A `poll.register` that finds no memory half way leaves an entry behind that crashes the next look at it
    (extmod/modselect.c: "this case is not handled"). plugins/http_async has a copy, for programs without a kernel.
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


async def turn(kernel):
    """Run `kernel` inside the asyncio loop that runs already, up to its end."""
    if kernel._aio or not kernel.running:  # else Kernel.run has begun
        kernel.begin()
    try:
        if _MICROPYTHON:
            aio = Aio(kernel)
        else:
            from .cpython import host_aio

            aio = host_aio(Aio)(kernel)
        kernel._aio = aio
        kernel.bus.wake = aio.wake
        aio.take_up()
        while not kernel._stopping:
            try:
                await aio.sleep(kernel.step())
            except MemoryError:  # not even for that
                kernel.relieve()
                await asyncio.sleep(0)
    finally:
        kernel.end()
        kernel.bus.wake = None
        from .tasks import leave

        await leave(kernel)


def run_loop(kernel):
    """Run `kernel`, which has begun, in an asyncio loop that leaves no task behind for the next run."""
    run = asyncio.run
    what = turn(kernel)
    try:
        while True:
            try:
                run(what)
                return
            except MemoryError:
                # MicroPython's loop itself has found none: it goes on with all tasks, unless the kernel's has ended.
                if not _MICROPYTHON or not kernel._aio:
                    raise
            kernel.relieve()
            run = asyncio.core.run_until_complete
            what = kernel._aio.task
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
