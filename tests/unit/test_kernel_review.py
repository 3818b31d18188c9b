"""Things that a kernel must survive: interrupts at any moment, modules that stop each other, faults while stopping."""

from modcore import Kernel, Module
from modcore.ticks import ticks_ms
from support import eventually, on_cpython, on_micropython, raises, steps, until

QUIET = {"log": {"level": "critical"}}


class Valve(Module):
    """Stands for a module whose stop makes the device safe."""

    open = True

    def start(self):
        self.open = True

    def stop(self):
        self.open = False


def test_a_hook_that_raises_does_not_keep_the_module_from_stopping():
    def broken(module):
        raise RuntimeError("broken hook")

    for when in ("before", "after"):
        kernel = Kernel(QUIET)
        valve = kernel.add(Valve())
        kernel.step()
        valve.hook("STOPPED", **{when: broken})
        kernel.move(valve, "STOPPED")
        assert not valve.open and valve.state == "STOPPED", when
        assert kernel.bus.get("$error/valve") == "RuntimeError: broken hook"
        assert not kernel.timers, "nobody has asked for a restart"


def test_a_module_whose_requirement_is_gone_stops_all_the_same():
    class Sprinkler(Valve):
        requires = ("pump",)

    kernel = Kernel(QUIET)
    kernel.add(Valve("pump"))
    sprinkler = kernel.add(Sprinkler())
    kernel.step()
    kernel.remove("pump")
    kernel.stop()
    assert not sprinkler.open and sprinkler.state == "STOPPED"


def test_ctrl_c_in_a_stop_hook_does_not_keep_the_others_from_stopping():
    class Slow(Module):
        times = 0

        def stop(self):
            Slow.times += 1
            if Slow.times == 1:
                raise KeyboardInterrupt

    kernel = Kernel(QUIET)
    valve = kernel.add(Valve())
    kernel.add(Slow())

    class Ender(Module):
        def start(self):
            self.after(1, self.kernel.stop)

    kernel.add(Ender())
    try:
        kernel.run()
    except KeyboardInterrupt:
        pass
    assert not valve.open and not kernel.running
    kernel.run()
    assert valve.state == "STOPPED" and kernel.modules["slow"].state == "STOPPED"


def test_ctrl_c_while_the_modules_start_loses_none_of_them():
    class Struck(Module):
        times = 0

        def start(self):
            Struck.times += 1
            if Struck.times == 1:
                raise KeyboardInterrupt
            self.every(5, self.look)

        def look(self):
            if len(states) == 2:
                self.kernel.stop()

    kernel = Kernel(QUIET)
    states = []
    first = kernel.add(Valve("first"))
    struck = kernel.add(Struck())
    last = kernel.add(Valve("last"))
    for valve in (first, last):
        valve.hook("RUNNING", after=lambda module: states.append(module.id))
    kernel.run()
    assert first.state == "STOPPED" and not first.open
    states.clear()
    kernel.run()
    assert sorted(states) == ["first", "last"] and struck.times == 2


def test_a_module_may_stop_itself_while_it_starts():
    class Shy(Module):
        turns = 0

        def start(self):
            self.kernel.move(self, "STOPPED")

        def loop(self):
            self.turns += 1

    kernel = Kernel(QUIET)
    shy = kernel.add(Shy())
    steps(kernel)
    assert shy.state == "STOPPED" and shy.turns == 0
    assert kernel.bus.get("$state/shy") == "STOPPED"


def test_a_module_may_remove_another_while_all_start():
    class Jealous(Module):
        def start(self):
            self.kernel.remove("rival")

    kernel = Kernel(QUIET)
    kernel.add(Jealous())
    kernel.add(Valve("rival"))
    valve = kernel.add(Valve())
    steps(kernel)
    assert sorted(kernel.modules) == ["jealous", "valve"]
    assert valve.state == "RUNNING"


def test_a_removed_module_is_refused_and_harms_nobody():
    kernel = Kernel(QUIET)
    valve = kernel.add(Valve())
    kernel.step()
    kernel.remove("valve")
    assert "EJECTED" in str(raises(ValueError, kernel.add, valve))
    other = kernel.add(Valve())
    steps(kernel)
    assert other.state == "RUNNING"


def test_stop_from_a_handler_in_a_loop_of_ones_own():
    kernel = Kernel(QUIET)
    heard = []

    class Stopper(Module):
        inside = 0

        def start(self):
            self.listen("a/+", self.on_event)

        def on_event(self, topic, value):
            Stopper.inside += 1
            assert Stopper.inside == 1, "entered again"
            heard.append(value)
            if value == 1:
                self.kernel.stop()
            Stopper.inside -= 1

    valve = kernel.add(Valve())
    stopper = kernel.add(Stopper())
    kernel.step()
    for i in range(4):
        kernel.bus.publish("a/%d" % i, i)
    steps(kernel)
    assert not valve.open and stopper.state == "STOPPED"
    assert heard == [0, 1]


def test_the_reason_why_a_module_failed_is_not_hidden_by_its_stop():
    class Server(Module):
        def start(self):
            raise OSError(98, "the port is taken")

        def stop(self):
            self.sock.close()

    kernel = Kernel(QUIET)
    kernel.add(Server())
    kernel.step()
    assert "the port is taken" in kernel.bus.get("$error/server")


def test_a_list_in_the_configuration_is_the_modules_own():
    class Lamp(Module):
        defaults = {"pins": [4], "color": {"r": 1, "also": [1]}}

    kernel = Kernel({"two": {"pins": [5]}, "log": {"level": "critical"}})
    one, two = kernel.add(Lamp("one")), kernel.add(Lamp("two"))
    kernel.step()
    for lamp in (one, two):
        lamp.config["pins"].append(9)
        lamp.config["color"]["r"] = 7
        lamp.config["color"]["also"].append(7)
    assert Lamp.defaults == {"pins": [4], "color": {"r": 1, "also": [1]}}
    assert kernel.config["two"] == {"pins": [5]}


def test_a_value_given_late_leaves_no_ghost_behind():
    class Lamp(Module):
        def start(self):
            self.on = self.property("on", "switch", value=True)

    kernel = Kernel(QUIET)
    lamp = kernel.add(Lamp())
    kernel.step()
    kernel.move(lamp, "STOPPED")
    lamp.on.value = False  # from a thread, say, that has not ended yet
    steps(kernel)
    assert kernel.bus.get("lamp/on") is None


def test_a_kernel_in_a_thread_can_be_stopped_at_once():
    kernel = Kernel(QUIET)
    valve = kernel.add(Valve())
    for _ in range(3):
        kernel.start_thread()
        assert isinstance(raises(RuntimeError, kernel.start_thread), RuntimeError)
        kernel.stop()
        eventually(lambda: not kernel.running and valve.state != "RUNNING")


@on_micropython  # nobody wants to see CPython run out of memory
def test_a_module_that_asks_for_too_much_memory_is_supervised():
    class Greedy(Module):
        def start(self):
            self.after(1, bytearray, 1 << 28)

    kernel = Kernel(QUIET)
    valve = kernel.add(Valve())
    greedy = kernel.add(Greedy())
    until(kernel, lambda: greedy.state == "FAILED")
    assert "MemoryError" in kernel.bus.get("$error/greedy")
    assert valve.state == "RUNNING" and valve.open


def test_a_module_that_can_not_be_configured_is_tried_again_and_again():
    class Card(Module):
        tries = 0

        def configure(self):
            Card.tries += 1
            if Card.tries < 4:
                raise OSError("no card")

    kernel = Kernel(QUIET)
    card = kernel.add(Card())
    kernel.step()
    for tries in range(2, 5):
        assert card.state == "FAILED"
        assert Card.tries == tries - 1
        # The restart that waits comes now.
        timer = kernel.timers[-1]
        timer.due = ticks_ms()
        steps(kernel, 2)
    assert card.state == "RUNNING"


def test_what_a_stopped_module_leaves_behind_does_not_start_it_again():
    class Untidy(Module):
        async def run(self):
            import asyncio

            self.publish("untidy/begun")
            try:
                await asyncio.sleep(10)
            finally:
                raise RuntimeError("untidy")

    kernel = Kernel(QUIET)
    untidy = kernel.add(Untidy())

    class Driver(Module):
        def start(self):
            self.listen("untidy/begun", lambda topic, value: self.kernel.move(untidy, "STOPPED"))
            self.listen("$error/untidy", self.on_error)

        def on_error(self, topic, text):
            assert text == "RuntimeError: untidy"
            self.after(20, self.look)  # a start again would be planned by now

        def look(self):
            self.seen = untidy.state, len(self.kernel.timers)
            self.kernel.stop()

    driver = kernel.add(Driver())
    kernel.run()
    assert driver.seen == ("STOPPED", 0)


def test_ctrl_c_in_a_task_ends_the_other_tasks_in_order():
    ended = []

    class Tidy(Module):
        async def run(self):
            import asyncio

            try:
                while True:
                    await asyncio.sleep(0.001)
            finally:
                ended.append(self.id)

    class Struck(Module):
        async def run(self):
            import asyncio

            await asyncio.sleep(0.01)
            raise KeyboardInterrupt

    kernel = Kernel(QUIET)
    valve = kernel.add(Valve())
    kernel.add(Tidy())
    kernel.add(Struck())
    for _ in range(2):
        kernel.run()
        assert ended == ["tidy"] and not valve.open
        assert valve.state == "STOPPED" and not kernel.running
        ended.clear()


def test_asyncio_modules_in_a_loop_of_ones_own_are_told_that_they_do_not_run():
    class Task(Module):
        async def run(self):
            pass

    kernel = Kernel()
    lines = []
    kernel.bus.subscribe("$log/+/task", lambda topic, text: lines.append(text))
    kernel.add(Task())
    steps(kernel)
    assert "serve()" in lines[0]


def test_half_an_event_that_ctrl_c_has_left_is_nobodys():
    for half in (("_topics",), ("_topics", "_values"), ("_topics", "_values", "_senders")):
        kernel = Kernel(QUIET)
        kernel.step()
        bus = kernel.bus
        heard = []
        for filter in ("#", "+", "$a/#"):
            bus.subscribe(filter, lambda topic, value, heard=heard: heard.append((topic, value)))
        bus.publish("a", 1)
        bus._lock.acquire(False)  # as an interrupted publish leaves it
        for list in half:
            getattr(bus, list)[bus._tail] = "half"
        bus.publish("$a/b", 2)
        bus.publish("$a/b", 3)
        steps(kernel)
        assert heard == [("a", 1), ("a", 1), ("$a/b", 2), ("$a/b", 3)], heard


@on_cpython  # MicroPython has no alarm to strike with; see tests/e2e/test_device.py
def test_a_bus_survives_ctrl_c_at_any_moment():
    import random
    import signal

    import modcore.inbox

    def strike(number, frame):
        # One that comes late, on a busy machine, strikes nothing any more.
        while frame is not None:
            if frame.f_code is publish_for_ever.__code__:
                raise KeyboardInterrupt
            frame = frame.f_back

    def publish_for_ever(number):
        while True:
            kernel.bus.publish("n", number)
            kernel.bus.publish("state", number, True)
            kernel.bus.deliver()

    modcore.inbox.sleep = lambda seconds: None  # no other thread to wait for
    kernel = Kernel(QUIET)
    heard = []
    kernel.bus.subscribe("n", lambda topic, value: heard.append(value))
    signal.signal(signal.SIGALRM, strike)
    for number in range(1000):
        before = kernel.bus.get("state", -1)
        try:
            # Again after 50 ms: CPython swallows one that strikes while it disposes of garbage.
            signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00001, 0.0002), 0.05)
            publish_for_ever(number)
        except KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, 0)
        kernel.begin()  # as run() does
        kernel.running = False
        steps(kernel)
        heard.clear()
        for i in range(5):
            kernel.bus.publish("n", (number, i))
        kernel.step()
        assert heard == [(number, i) for i in range(5)]
        assert kernel.bus.get("state", -1) in (number, before)
