"""Events fired from configuration."""

from modcore import Kernel, Module
from support import raises


class Button(Module):
    pass


def fired(events, value=None):
    kernel = Kernel()
    button = kernel.add(Button())
    got = []
    kernel.bus.subscribe("#", lambda topic, value: got.append((topic, value)))
    kernel.step()
    button.fire(events, value)
    kernel.step()
    return sorted(got)


def test_a_topic_alone_gets_the_value_at_hand():
    assert fired("gc") == [("gc", None)]
    assert fired("lamp/set", True) == [("lamp/set", True)]


def test_a_list_of_topics_is_a_list_of_events():
    assert fired(["pin/led/toggle", "gc"]) == [("gc", None), ("pin/led/toggle", None)]


def test_a_pair_or_an_object_gives_values():
    assert fired(["valves/0/set", True]) == [("valves/0/set", True)]
    assert fired([["a", 1], ["b", 2], "c"]) == [("a", 1), ("b", 2), ("c", None)]
    assert fired({"mode/set": "eco", "a": [1, 2]}) == [("a", [1, 2]), ("mode/set", "eco")]


def test_the_module_itself_hears_what_its_configuration_fires():
    kernel = Kernel()
    button = kernel.add(Button())
    got = []
    kernel.step()
    button.listen("button/lamp/set", lambda topic, value: got.append(value))
    button.fire({"button/lamp/set": True})
    kernel.step()
    assert got == [True]


def test_what_is_no_event_is_refused():
    kernel = Kernel()
    button = kernel.add(Button())
    raises(ValueError, button.fire, 5)
    raises(ValueError, button.fire, "a/#")


def test_nothing_fires_nothing():
    for events in (None, "", [], {}):
        assert fired(events) == []
