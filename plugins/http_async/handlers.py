"""Async handlers on MicroPython: each runs as a task; what it yields goes through the connection.

A coroutine can't be told from a generator there, until it waits for something in asyncio.
"""

from asyncio import core


class Driver:
    """Runs handlers, async ones among them."""

    @staticmethod
    def advance(conn, generator, value):
        """Run a handler to what it yields next. Returns that, or the Handler when it waits in asyncio."""
        handler = conn.handler
        if handler is None or handler.generator is not generator:
            handler = conn.handler = Handler(generator)
        if handler.detached:
            return handler.go_on(value)
        task = handler.task
        before = core.cur_task
        core.cur_task = task  # what it waits for gets hold of this task
        try:
            out = generator.send(value)
        finally:
            core.cur_task = before
        if out is None and (task.data is not None or task.ph_key != 0):
            handler.detached = True
            return handler
        return out

    @staticmethod
    def close_handler(conn, generator):
        """End a handler that is not done."""
        handler, conn.handler = conn.handler, None
        if handler and handler.detached and handler.outcome is None:
            handler.waiter = None
            if handler.output is None:  # it waits in asyncio, not for the connection
                handler.task.cancel()
                return
        if hasattr(generator, "close"):
            generator.close()

    @staticmethod
    def awaitable(conn, steps):
        """Return what a generator can `yield from`, and an async handler can await, out of a generator `steps`."""
        return steps


class Handler:
    """The coroutine of a task: asyncio calls `send` when what the handler waits for has come."""

    detached = False  # it has waited in asyncio: from then on asyncio runs it
    output = None  # what it has yielded, in a tuple
    outcome = None  # what it has returned or raised, in a list
    waiter = None  # the connection's task
    value = None  # what its last yield gives

    def __init__(self, generator):
        self.generator = generator
        self.task = core.Task(self)

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
            self.value = value
            core._task_queue.push(self.task)
        return self

    def send(self, _):
        """Go on after a wait."""
        value, self.value = self.value, None
        self._step(self.generator.send, value)

    def throw(self, error):
        """The task is cancelled."""
        self._step(self.generator.throw, error)

    def _step(self, step, value):
        try:
            out = step(value)
        except StopIteration as end:
            self.outcome = [end.value]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.outcome = [error]
        else:
            if out is None:  # it waits for something in asyncio
                return
            self.output = (out,)
        if self.waiter:
            core._task_queue.push(self.waiter)
            self.waiter = None
        if self.outcome:
            raise StopIteration

    def result(self):
        """Wait for what comes next: a tuple with what it yields, or a list with what it returns or raises."""
        try:
            while not self.output and not self.outcome:
                self.waiter = core.cur_task
                yield
        finally:
            self.waiter = None
        return self.output or self.outcome
