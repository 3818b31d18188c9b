"""Configured events: worked out once, heard by all, and late rather than lost when the bus is full."""

from modcore import Kernel, Module
from modcore.events import Events
from support import raises, steps, until


class Bell(Module):
    def start(self):
        self.heard = []
        self.listen("bell/#", self.hear)
        self.listen("lamp/#", self.hear)

    def hear(self, topic, value):
        self.heard.append((topic, value))


def bell():
    kernel = Kernel({"log": {"level": "critical"}, "queue": 8})
    module = kernel.add(Bell())
    steps(kernel)
    return kernel, module


def test_every_form_of_a_specification():
    kernel, module = bell()
    for spec, heard in (
        ("lamp/on", [("lamp/on", 7)]),
        (["lamp/a", "lamp/b"], [("lamp/a", 7), ("lamp/b", 7)]),
        (["lamp/a", True], [("lamp/a", True)]),
        ([["lamp/a", 1], "lamp/b", {"lamp/c": "x"}], [("lamp/a", 1), ("lamp/b", 7), ("lamp/c", "x")]),
        (None, []),
        ("", []),
        ([], []),
    ):
        module.heard = []
        Events(module, spec).fire(7)
        steps(kernel)
        assert module.heard == heard, spec


def test_a_module_hears_its_own_configured_events():
    kernel, module = bell()
    Events(module, "bell/ring").fire(True)
    steps(kernel)
    assert module.heard == [("bell/ring", True)]


def test_what_is_no_event_is_refused_when_it_is_read():
    kernel, module = bell()
    for wrong in (5, True, "a/+", "a/#", [3], [["a", "b", 4]], {"a/+": 1}):
        raises(ValueError, Events, module, wrong)


def test_a_full_bus_delays_them_in_order():
    kernel, module = bell()
    for i in range(8):
        kernel.bus.publish("noise", i)
    Events(module, ["lamp/a", "lamp/b"]).fire(1)
    assert module.heard == []
    until(kernel, lambda: len(module.heard) == 2)
    assert module.heard == [("lamp/a", 1), ("lamp/b", 1)]


def test_nothing_is_fired_behind_the_end_of_the_module():
    kernel, module = bell()
    heard = []
    kernel.bus.subscribe("lamp/#", lambda topic, value: heard.append(topic))
    steps(kernel)
    for i in range(8):
        kernel.bus.publish("noise", i)
    Events(module, "lamp/a").fire(1)
    kernel.move("bell", "STOPPED")
    steps(kernel, 20)
    assert heard == [] and not [timer for timer in kernel.timers if timer.owner is module and timer.handler]
