"""Millisecond ticks that wrap, on both runtimes: what `time` has on MicroPython.

The kernel and its timers read `ticks.ticks_ms`; `testing.wind` lets time pass for them without waiting for it.
"""

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms

    from micropython import const

    MICROPYTHON = True  # little memory: what is rarely needed is loaded when it is needed
except ImportError:
    from .cpython import const, sleep_ms, ticks_add, ticks_diff, ticks_ms  # noqa: F401

    MICROPYTHON = False
