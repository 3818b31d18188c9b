"""Handlers in a program that has asyncio, too: an async one that waits in it is refused, as nothing would wake it.

A coroutine can't be told from a generator on MicroPython, and one that waits without a task crashes the interpreter.
So each handler runs beside a task that stands for its own; what it has put that one into, it is taken out of.
"""

import sys

if sys.implementation.name == "micropython":
    from asyncio import core
else:
    core = None


class Driver:
    """Runs handlers; TypeError: one needs http_async."""

    @staticmethod
    def advance(conn, generator, value):
        """Run a handler to what it yields next, and return that."""
        if core:
            return _beside_a_task(generator.send, value)
        if not hasattr(generator, "__next__"):
            _refuse()
        return generator.send(value)

    @staticmethod
    def close_handler(conn, generator):
        """End a handler that is not done."""
        if hasattr(generator, "close"):
            if core:
                _beside_a_task(generator.close)
            else:
                generator.close()

    @staticmethod
    def awaitable(conn, steps):
        """Return what a generator can `yield from` out of a generator `steps`."""
        return steps


def _beside_a_task(step, *value):
    before = core.cur_task
    task = core.cur_task = core.Task(None)
    try:
        out = step(*value)
    finally:
        core.cur_task = before
        waits = task.data is not None or task.ph_key != 0
        if waits:
            _take_out(task)
    if waits:
        _refuse()
    return out


def _take_out(task):
    place = task.data
    if place is None:
        place = core._task_queue
    elif not hasattr(place, "remove"):  # another task, whose end it waits for
        place = place.state
    place.remove(task)


def _refuse():
    raise TypeError("an async handler takes http_async: nothing wakes it here; give http_windup a generator")
