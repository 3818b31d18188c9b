"""Hooks and handlers that hold up all others are named; `$late/<module>` keeps the longest time."""

from modcore import Kernel, Module
from modcore.testing import wind

QUIET = {"log": {"level": "critical"}}


class Slow(Module):
    """Takes `start_ms` milliseconds at its start, and `ms` in its handler."""

    ms = start_ms = 0

    def start(self):
        self.listen("go", self.on_go)
        wind(self.start_ms)

    def on_go(self, topic, value):
        wind(self.ms)


def _late(kernel, id):
    kernel.step()
    return kernel.bus.get("$late/" + id, 0)


def test_a_start_that_takes_long_is_named_with_more_patience_at_boot():
    for ms, told in ((900, False), (3500, True)):
        kernel = Kernel(QUIET)
        slow = Slow("slow")
        slow.start_ms = ms
        kernel.add(slow)
        kernel.step()
        assert (_late(kernel, "slow") >= ms) is told
    kernel = Kernel(QUIET)
    slow = kernel.add(Slow("slow"))
    kernel.step()
    kernel.step()
    slow.start_ms = 900
    kernel.reconfigure("slow")
    assert _late(kernel, "slow") >= 900


def test_a_handler_on_the_bus_is_named_at_once():
    kernel = Kernel(QUIET)
    slow = kernel.add(Slow("slow"))
    quick = kernel.add(Slow("quick"))
    kernel.step()
    quick.listen("go/on", quick.on_go)
    for ms, told in ((400, 0), (600, 600), (2500, 2500), (700, 2500), (3000, 3000)):
        slow.ms = ms
        kernel.bus.publish("go", sender=quick)  # who publishes does not hear it
        assert told <= _late(kernel, "slow") < told + 500
    assert kernel.bus.get("$late/quick") is None and kernel.bus.get("$late/kernel") is None
    assert "deliver" not in kernel.bus.__dict__  # nobody else was suspected


def test_the_handlers_of_one_event_are_named_together():
    lines = []
    kernel = Kernel({"log": {"level": "warning"}})
    one, two = kernel.add(Slow("one")), kernel.add(Slow("two"))
    kernel.step()
    kernel.bus.subscribe("$log/#", lambda topic, text: lines.append(text))
    for _ in range(2):
        kernel.step()
        one.ms = two.ms = 1000
        kernel.bus.publish("go")
    for _ in range(3):
        kernel.step()
    assert [line for line in lines if "one of one, two" in line], lines


def suspected(kernel):
    """Tell whether the handlers of each event are timed for a while."""
    return "deliver" in kernel.bus.__dict__


def test_where_several_got_events_the_next_offence_is_named_and_the_suspicion_ends():
    kernel = Kernel(QUIET)
    one, two = kernel.add(Slow("one")), kernel.add(Slow("two"))
    kernel.step()
    two.listen("other", two.on_go)
    kernel.bus.unsubscribe("go", two.on_go)
    kernel.step()
    one.ms = 700
    for told in (0, 700):
        kernel.bus.publish("go")
        kernel.bus.publish("other")
        assert told <= _late(kernel, "one") < told + 500
        assert kernel.bus.get("$late/two") is None and suspected(kernel)
    one.ms = 0
    for _ in range(1000):
        kernel.bus.publish("other")
        kernel.step()
    assert not suspected(kernel)
    one.ms = 900  # alone in its turn: named at once, as before
    kernel.bus.publish("go")
    assert _late(kernel, "one") >= 900


def test_events_are_told_apart_where_the_queue_begins_anew():
    kernel = Kernel({"log": {"level": "critical"}, "queue": 4})
    slow = kernel.add(Slow("slow"))
    other = kernel.add(Slow("other"))
    for _ in range(4):
        kernel.step()
    kernel.bus.unsubscribe("go", other.on_go)
    other.listen("others/+", other.on_go)
    for _ in range(4):
        kernel.step()
    told = 0
    for turn in range(12):  # in each place of the queue once and more
        slow.ms = told = 600 * (turn + 1)
        kernel.bus.publish("go")
        assert told <= _late(kernel, "slow") < told + 500 and not suspected(kernel)
        kernel.step()
        kernel.bus.publish("others/1")
        kernel.step()
    assert kernel.bus.get("$late/other") is None


def test_a_handler_that_is_slow_with_the_retained_values_is_suspected():
    kernel = Kernel(QUIET)
    slow = kernel.add(Slow("slow"))
    kernel.step()
    kernel.step()
    kernel.bus.publish("kept", 1, True)
    kernel.step()
    slow.ms = 800
    slow.listen("kept", slow.on_go)
    kernel.step()
    assert suspected(kernel) and kernel.bus.get("$late/slow") is None
    kernel.bus.publish("kept", 2, True)
    assert _late(kernel, "slow") >= 800 and kernel.bus.get("$late/kernel") is None
    slow.ms = 1500
    slow.listen("kept/#", slow.on_go)  # what is timed singly is named
    assert _late(kernel, "slow") >= 1500


def test_handlers_have_more_patience_at_boot_too_and_nobodys_is_the_kernels():
    for ms, told in ((900, False), (3500, True)):
        kernel = Kernel(QUIET)
        kernel.bus.subscribe("go", lambda topic, value, ms=ms: wind(ms))
        kernel.bus.publish("go")
        assert (_late(kernel, "kernel") >= ms) is told
