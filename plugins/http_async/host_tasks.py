"""Async handlers on CPython: each runs as a task; what it yields goes through the connection."""

import asyncio
from types import GeneratorType


def advance(conn, generator, value):
    """Run a handler to what it yields next. Returns that, or the Handler when it is an async one."""
    if isinstance(generator, GeneratorType):
        return generator.send(value)
    handler = getattr(conn, "handler", None)
    if handler is None or handler.generator is not generator:
        handler = conn.handler = Handler(generator)
    return handler.go_on(value)


def close(conn, generator):
    """End a handler that is not done."""
    handler = getattr(conn, "handler", None)
    conn.handler = None
    if handler:
        handler.task.cancel()
    else:
        generator.close()


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
                if isinstance(value[0], Exception):
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
        except Exception as error:
            self.outcome = [error]
        finally:
            if hasattr(self.generator, "aclose"):
                await self.generator.aclose()
            self._event.set()

    async def result(self):
        """Wait for what comes next: a tuple with what it yields, or a list with what it returns or raises."""
        while not self.output and not self.outcome:
            self._event.clear()
            await self._event.wait()
        return self.output or self.outcome


class Reading:
    """What `request.read(n)` gives: for `yield from` in a generator, and for `await` in an async handler."""

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
