"""Faults in the log: each with its traceback, and when the module starts again."""

from test_supervision import QUIET, Clock, Fragile

from modcore import Kernel, Module
from modcore.testing import wind
from support import raises, steps


def test_the_traceback_stands_in_the_log():
    kernel = Kernel()
    lines = []
    kernel.bus.subscribe("$log/error/fragile", lambda topic, value: lines.append(value))
    module = kernel.add(Fragile())
    module.where = "start"
    kernel.step()
    kernel.step()
    assert "Traceback" in lines[0] and "RuntimeError: broken in start" in lines[0]


def test_a_keyboard_interrupt_is_no_fault():
    class Typist(Module):
        def loop(self):
            raise KeyboardInterrupt

    kernel = Kernel(QUIET)
    module = kernel.add(Typist())
    raises(KeyboardInterrupt, kernel.step)
    assert module.state == "RUNNING"


def test_a_fault_whose_text_is_no_utf_8_is_a_fault_like_any_other():
    class Broken(Module):
        def start(self):
            exec(b"\xff")  # as a file with such a name in it does when it is imported

    kernel = Kernel(QUIET)
    module = kernel.add(Broken())
    kernel.step()
    assert module.state == "FAILED"


class Log:
    """Keeps what the log of a kernel says: `level id`, and the text."""

    def __init__(self, kernel):
        self.lines = []
        kernel.bus.subscribe("$log/#", lambda topic, text: self.lines.append((topic[5:], text)))

    def has(self, source, words):
        return any([source == topic and words in text for topic, text in self.lines])


def test_a_fault_of_nobodys_handler_stands_in_the_log():
    def broken(topic, value):
        raise RuntimeError("nobody's")

    kernel = Kernel()
    log = Log(kernel)
    kernel.bus.subscribe("poke", broken)
    steps(kernel)
    kernel.bus.publish("poke")
    steps(kernel)
    assert log.has("error/kernel", "RuntimeError: nobody's")


def test_the_log_says_when_a_module_starts_again_and_when_no_more():
    kernel = Kernel()
    log = Log(kernel)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        module.where = "start"
        steps(kernel)
        assert log.has("warning/fragile", "starts again in 1 s")
        clock.pass_s(60)
        assert log.has("warning/fragile", "starts again in 8 s")
        assert log.has("critical/fragile", "failed 5 times in 600 s, stays down")
    finally:
        clock.restore()


def test_who_holds_up_all_others_is_named_with_the_longest_time():
    class Slow(Module):
        takes_ms = 0

        def loop(self):
            wind(self.takes_ms)
            return 0

    kernel = Kernel()
    log = Log(kernel)
    slow = kernel.add(Slow())
    kernel.add(Fragile("other"))
    for takes_ms in (0, 50000, 40000, 90000):  # so long that a busy machine adds nothing to it
        slow.takes_ms = takes_ms
        kernel.step()
    slow.takes_ms = 0
    steps(kernel)
    told = [int(text.split()[-2]) for topic, text in log.lines if topic == "warning/slow"]
    assert [ms // 10000 for ms in told if ms > 10000] == [5, 9], told
    assert kernel.bus.get("$late/slow") == told[-1] and kernel.bus.get("$late/other", 0) < 10000
