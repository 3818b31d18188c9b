"""Whatever a module raises, Ctrl-C excepted, is its own fault and nobody else's; no failure leaves a lock held."""

from modcore import Kernel, Module
from support import raises, steps

QUIET = {"log": {"level": "critical"}}
HOOKS = ("init", "configure", "mount", "start", "stop", "unmount", "eject")
STATES = ("CONFIGURED", "MOUNTED", "RUNNING", "STOPPED", "UNMOUNTED", "EJECTED", "LOOP")


class Leaving(BaseException):
    """An exception that means something to whoever runs a program, such as asyncio's CancelledError."""


class Mute(ValueError):
    """An error that can't be told: its own text raises another."""

    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


class Endless(Exception):
    """An error whose text takes more memory than the rest of a device has."""

    def __str__(self):
        return "x" * 3000


ERRORS = (
    StopIteration,
    SystemExit,
    GeneratorExit,
    Leaving,
    MemoryError,
    ValueError,
    AssertionError,
    Mute,
    Endless,
)


class Faulty(Module):
    """Raises `error` in `place`."""

    place = ""
    error = ValueError

    def fail(self, place):
        if self.place == place:
            raise self.error

    def start(self):
        self.fail("start")
        self.after(0, self.fail, "timer")
        self.listen("ring", lambda topic, value: self.fail("handler"))

    def mount(self):
        self.fail("mount")

    def loop(self):
        self.fail("loop")
        return 1

    def fiber(self):
        while True:
            yield 0
            if self.place == "fiber":
                raise self.error


class Beating(Module):
    beats = 0

    def loop(self):
        self.beats += 1
        return 1


def test_every_exception_from_every_place_is_that_modules_fault():
    for error in ERRORS:
        for place in ("mount", "start", "timer", "handler", "loop", "fiber"):
            kernel = Kernel(QUIET)
            faulty = Faulty("faulty")
            faulty.place = place
            faulty.error = error
            kernel.add(faulty)
            beating = kernel.add(Beating())
            kernel.step()
            kernel.bus.publish("ring")
            steps(kernel, 6)
            assert faulty.state == "FAILED", (error, place, faulty.state)
            assert 0 < len(kernel.bus.get("$error/faulty")) < 600, (error, place)
            before = beating.beats
            steps(kernel, 3)
            assert beating.state == "RUNNING" and beating.beats > before, (error, place)


def test_ctrl_c_goes_through():
    kernel = Kernel(QUIET)
    faulty = kernel.add(Faulty("faulty"))
    faulty.place = "loop"
    faulty.error = KeyboardInterrupt
    raises(KeyboardInterrupt, lambda: steps(kernel, 3))
    assert faulty.state == "RUNNING"


class Full(dict):
    """A dict without memory for another value."""

    def __setitem__(self, key, value):
        raise MemoryError


def test_a_publish_without_memory_leaves_no_lock_and_no_half_event():
    kernel = Kernel(QUIET)
    heard = []
    kernel.bus.subscribe("a", lambda topic, value: heard.append(value))
    kernel.step()
    kept = kernel.bus._retained
    kernel.bus._retained = Full()
    raises(MemoryError, kernel.bus.publish, "a", 1, True)
    kernel.bus._retained = kept
    assert kernel.bus._lock.acquire(False), "the lock is held"
    kernel.bus._lock.release()
    kernel.bus.publish("a", 2, True)
    kernel.step()
    assert heard == [2] and kernel.bus.get("a") == 2


class Short:
    """A poll object that finds no memory, as the one of MicroPython in a full heap."""

    def register(self, obj, flags):
        raise MemoryError

    def ipoll(self, ms):
        raise AssertionError("it is used again")


def test_a_poll_object_that_ran_out_of_memory_is_never_used_again():
    import socket

    kernel = Kernel(QUIET)
    module = kernel.add(Module("m"))
    sockets = kernel.sockets()
    sockets._poll = short = Short()
    sockets._wait = short.ipoll
    sock = socket.socket()
    raises(MemoryError, module.watch, sock, 1, lambda *_: None)
    sockets.dispatch(0)
    module.watch(sock, 1, lambda *_: None)
    sockets.dispatch(0)
    module.unwatch(sock)
    sock.close()


def test_what_can_not_be_watched_is_refused_and_the_others_go_on():
    from socket import socket

    from plugins.fiber import Loop

    loop = Loop()
    sock = socket()
    kernel = Kernel(QUIET)
    module = kernel.add(Module("m"))
    for watch, look in (
        (module.watch, lambda: kernel.sockets().dispatch(0)),  # once a crash of the interpreter
        (lambda *all: loop.watch(*all), loop.turn),
    ):
        for obj in (None, "x", object()):
            raises(Exception, watch, obj, 1, lambda *_: None)
            look()
        watch(sock, 1, lambda *_: None)
        look()
    sock.close()


class Fragile(Module):
    """Raises `error` in the hook, or around the state, that `place` names."""

    place = ""
    error = ValueError
    failed = 0

    def fail(self, place):
        if self.place == place:
            self.failed += 1
            raise self.error

    def start(self):
        self.fail("start")
        self.property("lamp", "switch", False, set=lambda lamp, on: self.fail("set"))

    def fiber(self):
        try:
            while True:
                yield 0
        finally:
            self.fail("finally")


for _name in HOOKS:
    if _name != "start":
        setattr(Fragile, _name, lambda self, name=_name: self.fail(name))


def test_whatever_is_raised_around_a_state_or_on_the_way_down_stops_nobody_else():
    for error in ERRORS:
        for place in HOOKS + ("set", "finally") + STATES:
            for side in ("before", "after") if place in STATES else ("",):
                kernel = Kernel(QUIET)
                fragile = Fragile("fragile")
                fragile.place = place
                fragile.error = error
                if side:
                    fragile.hook(place, **{side: lambda module, place=place: module.fail(place)})
                kernel.add(fragile)
                beating = kernel.add(Beating())
                steps(kernel, 3)
                kernel.bus.publish("fragile/lamp/set", True)
                steps(kernel, 3)
                before = beating.beats
                kernel.remove("fragile")
                steps(kernel, 3)
                assert fragile.failed, (error, place, side)
                assert beating.state == "RUNNING" and beating.beats > before, (error, place, side)
                kernel.stop()
                assert beating.state == "STOPPED", (error, place, side)
