"""Work of modules at every turn of the kernel: `loop()`, `fiber()`, and hooks around all of them."""

from modcore import Kernel, Module
from modcore.testing import wind
from support import steps

QUIET = {"log": {"level": "critical"}}


class Worker(Module):
    """Notes its turns."""

    def start(self):
        self.calls = []

    def loop(self):
        self.calls.append("loop")
        return 0


def test_hooks_around_the_loop_are_called_while_the_module_runs():
    kernel = Kernel(QUIET)
    worker = kernel.add(Worker())
    worker.hook("LOOP", before=lambda module: module.calls.append("before"))
    worker.hook("LOOP", after=lambda module: module.calls.append("after"))
    steps(kernel, 2)
    assert worker.calls == ["before", "loop", "after"] * 2
    kernel.move(worker, "STOPPED")
    worker.calls.clear()
    steps(kernel, 2)
    assert worker.calls == []
    kernel.move(worker, "RUNNING")
    steps(kernel, 2)
    assert worker.calls == ["before", "loop", "after"] * 2, "once each, after another start, too"


def test_a_hook_around_the_loop_that_raises_is_a_fault_of_its_module():
    def broken(module):
        raise RuntimeError("broken hook")

    kernel = Kernel(QUIET)
    worker, other = kernel.add(Worker()), kernel.add(Worker("other"))
    worker.hook("LOOP", before=broken)
    steps(kernel, 3)
    assert worker.state == "FAILED" and other.state == "RUNNING"
    assert kernel.bus.get("$error/worker") == "RuntimeError: broken hook"


class Counting(Module):
    """Counts three times in a fiber, a minute apart."""

    def start(self):
        self.seen = []

    def fiber(self):
        try:
            for number in range(3):
                self.seen.append(number)
                yield 60000
            self.seen.append("end")
        finally:
            self.seen.append("closed")


def test_a_fiber_comes_to_its_end_once():
    kernel = Kernel(QUIET)
    counting, other = kernel.add(Counting()), kernel.add(Worker())
    kernel.step()
    for _ in range(6):
        wind(60000)
        kernel.step()
    assert counting.seen == [0, 1, 2, "end", "closed"] and counting.state == "RUNNING"
    assert len(other.calls) == 7, "the turns of the others go on"


def test_stopping_closes_the_fiber_and_a_start_begins_another():
    kernel = Kernel(QUIET)
    counting, other = kernel.add(Counting()), kernel.add(Worker())
    kernel.step()
    kernel.move(counting, "STOPPED")
    assert counting.seen == [0, "closed"]
    kernel.step()
    assert len(other.calls) == 2, "nobody else's turn is taken away"
    kernel.move(counting, "RUNNING")
    wind(60000)
    steps(kernel, 2)
    assert counting.seen == [0], "the time that it waits counts from its first turn"
    wind(60000)
    kernel.step()
    assert counting.seen == [0, 1]


def test_a_fiber_that_waits_for_weeks_wakes_in_time():
    class Patient(Module):
        woken = 0

        def fiber(self):
            yield 10 * 86400000
            self.woken += 1

    kernel = Kernel(QUIET)
    patient = kernel.add(Patient())
    kernel.step()
    for hour in range(240):
        assert patient.woken == 0, hour
        wind(3600000)
        kernel.step()
    for _ in range(4):  # it is looked at again after days, and each time an hour may be over
        wind(3600000)
        kernel.step()
    assert patient.woken == 1


def test_what_is_no_generator_is_no_fiber():
    class Plain(Module):
        def fiber(self):
            return None

    kernel = Kernel(QUIET)
    plain = kernel.add(Plain())
    kernel.step()
    assert plain.state == "FAILED" and "there is no yield in it" in kernel.bus.get("$error/plain")


def test_a_loop_may_return_any_number_and_ends_nobody_with_it():
    for ms in (0.5, 2.7, float("nan"), float("inf"), -float("inf"), 1 << 70, -3):
        kernel = Kernel(QUIET)

        class Waiting(Module):
            def loop(self, ms=ms):
                return ms

        kernel.add(Waiting())
        kernel.step()
        assert isinstance(kernel.step(), int), ms
        kernel.bus.subscribe("x", lambda topic, value, kernel=kernel: kernel.stop())
        kernel.bus.publish("x")
        kernel.run()
