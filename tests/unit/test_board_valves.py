"""The valves of the watering sample."""

from host.board.offline import board
from support import raises

# isort: split
from machine import Pin

from modcore import Kernel, Refused
from samples.watering.valves import Valves


def started(**config):
    """A kernel with the valves running, and the module."""
    kernel = Kernel({"name": "garden", "valves": config})
    valves = kernel.add(Valves())
    kernel.step()
    return kernel, valves


def settle(kernel):
    """Turn the kernel until nothing waits."""
    for _ in range(5):
        kernel.step()


def test_all_valves_are_closed_at_boot():
    for pin in (4, 27):
        Pin(pin, Pin.OUT, value=1)
    kernel, valves = started()
    settle(kernel)
    assert board.pin(4) == 0 and board.pin(27) == 0
    assert kernel.bus.get("valves/0") is False and kernel.bus.get("valves/1") is False


def test_a_command_opens_a_valve_and_says_so():
    kernel, valves = started(pins=[4, 27])
    seen = []
    kernel.bus.subscribe("valves/+", lambda topic, value: seen.append((topic, value)))
    settle(kernel)
    del seen[:]
    kernel.bus.publish("valves/1/set", True)
    settle(kernel)
    assert board.pin(27) == 1 and board.pin(4) == 0
    assert seen == [("valves/1", True)]
    kernel.bus.publish("valves/1/set", False)
    settle(kernel)
    assert board.pin(27) == 0


def test_what_is_no_state_of_a_valve_is_refused():
    kernel, valves = started()
    for value in ("wet", 1, None, [True]):
        raises(Refused, valves.properties["0"].command, value)
    assert board.pin(4) == 0


def test_stopping_closes_all_valves():
    kernel, valves = started(pins=[4, 27, 16])
    for name in "012":
        valves.properties[name].command(True)
    assert board.pin(4) == board.pin(27) == board.pin(16) == 1
    kernel.move("valves", "STOPPED")
    assert board.pin(4) == board.pin(27) == board.pin(16) == 0


def test_names_come_from_the_configuration_or_are_made():
    kernel, valves = started(pins=[4, 27, 16], names=["Lawn"])
    names = [valves.properties[name].meta["name"] for name in "012"]
    assert names == ["Lawn", "Valve 2", "Valve 3"]


def test_a_disabled_valve_takes_no_command():
    kernel, valves = started(pins=[4, 27], disabled=[1])
    raises(Refused, valves.properties["1"].command, True)
    assert not valves.properties["1"].meta["set"]
    valves.properties["0"].command(True)
    assert board.pin(4) == 1 and board.pin(27) == 0


def test_a_configuration_that_could_water_the_wrong_place_is_refused():
    for config, words in (
        ({"pins": [4, 4]}, "4 is there twice"),
        ({"pins": [4], "disabled": [1]}, "disabled: takes numbers from 0 to 0"),
        ({"pins": [4], "disabled": ["Lawn"]}, "disabled: takes numbers"),
        ({"pins": [99]}, "invalid pin"),
    ):
        kernel, valves = started(**config)
        settle(kernel)
        assert valves.state != "RUNNING"
        assert words in kernel.bus.get("$error/valves")
