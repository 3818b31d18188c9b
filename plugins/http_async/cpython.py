"""CPython's asyncio and sockets with the few calls of MicroPython's that this server uses, and async handlers."""

import asyncio
import functools
import ssl
import types

_AGAIN = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Socket:
    """A non-blocking socket, plain or TLS, that tells without an exception when it can't go on."""

    def __init__(self, sock):
        self.sock = sock
        self.fileno = sock.fileno
        self.close = sock.close

    def recv(self, size):
        """The bytes that have come, at most `size`; b"" at their end, None when there are none yet."""
        try:
            return self.sock.recv(size)
        except _AGAIN:
            return None

    read = recv

    def write(self, data):
        """Write what there is room for: the number of bytes, None when there is no room now."""
        try:
            return self.sock.send(data)
        except _AGAIN:
            return None

    def pending(self):
        """The bytes that TLS has in hand, which no poll can see."""
        return self.sock.pending() if isinstance(self.sock, ssl.SSLSocket) else 0


class IOQueue:
    """Waiting for sockets: what `queue_read` and `queue_write` return is to be yielded."""

    def queue_read(self, sock):
        """Wait until bytes have come."""
        if isinstance(sock, Socket) and sock.pending():
            return None  # its turn is enough
        loop = asyncio.get_running_loop()
        return self._future(loop, sock.fileno(), loop.add_reader, loop.remove_reader)

    def queue_write(self, sock):
        """Wait until there is room to send."""
        loop = asyncio.get_running_loop()
        return self._future(loop, sock.fileno(), loop.add_writer, loop.remove_writer)

    def _future(self, loop, number, add, remove):
        future = loop.create_future()
        add(number, _resolve, future)
        future.add_done_callback(lambda _: remove(number))
        asyncio.current_task().waits_for = future
        future._asyncio_future_blocking = True  # what `await` says to the task
        return future


class core:
    """The names of MicroPython's `asyncio.core`, and of its `asyncio`."""

    _io_queue = IOQueue()
    Socket = Socket

    @staticmethod
    async def coroutine(generator):
        """A coroutine that runs a generator of the kind that MicroPython takes for one."""
        return await _awaitable(generator)

    @staticmethod
    def awaitable(function):
        """The function of coroutines that stands for one of such generators."""

        @functools.wraps(function)
        def run(*args):
            return core.coroutine(function(*args))

        return run

    @staticmethod
    def sleep_ms(ms):
        """Sleep: `yield from core.sleep_ms(100)`."""
        return asyncio.sleep(ms / 1000).__await__()


class Event(asyncio.Event):
    """An Event whose `wait` is for `yield from`."""

    def wait(self):
        """Wait until it is set."""
        return super().wait().__await__()


@types.coroutine
def _awaitable(generator):
    return (yield from generator)


def _resolve(future):
    if not future.done():
        future.set_result(None)


def current_task():
    """The task that runs."""
    return asyncio.current_task()


def interrupt(task):
    """Wake a task that waits for a socket."""
    _resolve(task.waits_for)


class Driver:
    """Runs handlers; an async one as a task of its own, and what it yields goes through the connection."""

    @staticmethod
    def advance(conn, generator, value):
        """Run a handler to what it yields next. Returns that, or the Handler when it is an async one."""
        if isinstance(generator, types.GeneratorType):
            return generator.send(value)
        handler = conn.handler
        if handler is None or handler.generator is not generator:
            handler = conn.handler = Handler(generator)
        return handler.go_on(value)

    @staticmethod
    def close_handler(conn, generator):
        """End a handler that is not done."""
        handler, conn.handler = conn.handler, None
        if handler:
            handler.task.cancel()
        elif hasattr(generator, "close"):
            generator.close()

    @staticmethod
    def awaitable(conn, steps):
        """Return what a generator can `yield from`, and an async handler can await, out of a generator `steps`."""
        return Reading(conn, steps)


class Reading:
    """The object that `request.read(n)` gives: for `yield from` in a generator, for `await` in async handlers."""

    def __init__(self, conn, steps):
        self._conn = conn
        self._steps = steps

    def __iter__(self):
        return self._steps

    def __await__(self):
        value = None
        while True:
            try:
                want = self._steps.send(value)
            except StopIteration as end:
                return end.value
            value = yield from self._conn.handler.ask(want).__await__()


class Handler:
    """An async handler and its task."""

    def __init__(self, generator):
        self.generator = generator
        self.output = None  # what it has yielded, in a tuple
        self.outcome = None  # what it has returned or raised, in a list
        self._event = asyncio.Event()
        self._fed = None
        self.task = asyncio.create_task(self._run())

    def go_on(self, value):
        """Give what the handler has yielded or returned, if that is `value`; else let it go on with it."""
        if value is not None:
            if value is self.output:
                return value[0]
            if value is self.outcome:
                if isinstance(value[0], BaseException):
                    raise value[0]
                raise StopIteration(value[0])
        if self.output:
            self.output = None
            self._fed.set_result(value)
        return self

    async def ask(self, want):
        """Have the connection do what a generator would yield; returns what that gives."""
        self.output = (want,)
        self._fed = asyncio.get_running_loop().create_future()
        self._event.set()
        return await self._fed

    async def _run(self):
        try:
            if hasattr(self.generator, "__anext__"):
                async for out in self.generator:
                    await self.ask(out)
                self.outcome = [None]
            else:
                self.outcome = [await self.generator]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.outcome = [error]
        finally:
            if hasattr(self.generator, "aclose"):
                await self.generator.aclose()
            self._event.set()

    def result(self):
        """Wait for what comes next: a tuple with what it yields, or a list with what it returns or raises."""
        while not self.output and not self.outcome:
            self._event.clear()
            yield from self._event.wait().__await__()
        return self.output or self.outcome
