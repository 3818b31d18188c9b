"""A kernel in a thread of its own, and what other threads may ask of it."""

from _thread import get_ident, start_new_thread

from .ticks import sleep_ms

RARE = True  # needed when a thread starts or calls

_CALL = "$call"


def start_thread(kernel):
    """Run in a thread of its own: the REPL stays free.

    From other threads than that one `publish` and `call` may be used, and nothing else of kernel and bus.
    RuntimeError: it runs already.

        kernel.start_thread()
        kernel.call(kernel.reconfigure, "lamp", {"pin": 5})
    """
    if kernel.running:
        raise RuntimeError("kernel is running already")
    if kernel.bus.get(_CALL) is None:
        kernel.bus.subscribe(_CALL, _do)
        kernel.bus.publish(_CALL, (), True)
    kernel._stopping = None
    start_new_thread(_run, (kernel,))
    while kernel._stopping is None:  # a stop() that follows finds it running
        sleep_ms(1)


def _run(kernel):
    kernel.bus.thread = get_ident()
    try:
        kernel.run()
    finally:
        kernel.bus.thread = None


def call(kernel, function, *args):
    """Call `function(*args)` in the kernel's thread, with its next step; safe from every thread."""
    if not callable(function):
        raise TypeError("call: %r: takes a function" % (function,))
    kernel.bus.publish(_CALL, (function, args))


def _do(topic, value):
    if value:
        function, args = value
        function(*args)


def check_thread(kernel):
    """Raise RuntimeError where this is not the thread that the kernel runs in."""
    if get_ident() != kernel.bus.thread:
        raise RuntimeError(
            "the kernel runs in a thread of its own; kernel.call(function, ...) calls it there"
        )
