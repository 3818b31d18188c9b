"""More events than the queue holds while modules start: all come, in order, of retained topics the last values."""

from modcore import Kernel, Module
from support import steps


class Talker(Module):
    """Publishes `events` when it starts: (topic, value, retain)."""

    def __init__(self, events):
        super().__init__("talker")
        self.events = events

    def start(self):
        for topic, value, retain in self.events:
            self.publish(topic, value, retain)


def heard(events, size=4):
    """Return (the kernel, what was heard) after a start with `events`."""
    kernel = Kernel({"queue": size})
    kernel.add(Talker(events))
    got = []
    kernel.bus.subscribe("t/#", lambda topic, value: got.append((topic, value)))
    steps(kernel, 8)
    return kernel, got


def numbers(count, topic="t/n", retain=False):
    return [(topic, i, retain) for i in range(count)]


def test_all_events_of_a_start_come_in_order():
    kernel, got = heard(numbers(13))
    assert got == [("t/n", i) for i in range(13)]
    assert kernel.bus.overflows == 0 and not kernel.bus.waiting()


def test_the_last_value_of_a_retained_topic_comes_and_is_kept():
    events = numbers(6) + numbers(3, "t/level", True) + [("t/end", 1, False)]
    kernel, got = heard(events)
    assert [event for event in got if event[0] == "t/n"] == [("t/n", i) for i in range(6)]
    levels = [value for topic, value in got if topic == "t/level"]
    assert levels[-1] == 2 and levels == sorted(set(levels))
    assert kernel.bus.get("t/level") == 2 and ("t/end", 1) in got


def test_a_retained_topic_that_was_cleared_is_told_cleared():
    kernel, got = heard(numbers(6) + [("t/gone", 1, True), ("t/gone", None, True)])
    assert got[-1] == ("t/gone", None) and kernel.bus.get("t/gone", "none") == "none"


def test_who_publishes_does_not_hear_itself():
    class Listener(Talker):
        def start(self):
            self.got = []
            self.listen("t/#", lambda topic, value: self.got.append(topic))
            super().start()

    kernel = Kernel({"queue": 4})
    one = kernel.add(Listener(numbers(6) + numbers(3, "t/level", True)))
    steps(kernel, 8)
    assert one.got == [] and not kernel.bus.waiting()


def test_a_topic_that_can_not_be_is_refused_after_others_too():
    kernel, got = heard(numbers(6) + [("t/+", 1, False)])
    assert "t/+" in kernel.bus.get("$error/talker")
    assert [event for event in got if event[0] == "t/n"][:6] == [("t/n", i) for i in range(6)]
