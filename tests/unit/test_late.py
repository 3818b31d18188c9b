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
