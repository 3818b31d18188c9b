"""The garden around a virtual board: seen by the watering application on its pins."""

# heap: 1M
from garden import Garden as Device

from host.board.world.garden import Garden
from samples.watering.garden.flow import Flow
from samples.watering.garden.rain import Rain
from samples.watering.garden.valves import Valves

PIN, RAIN = 35, 32


def planted(**flow):
    """A device with a garden around it, both."""
    one = Device([Valves, Flow, Rain], flow=dict({"pin": PIN, "ratio": 0.01}, **flow), rain={"pin": RAIN})
    return one, Garden(one.world, [4, 27, 16, 17], PIN, 0.01, RAIN)


def test_water_flows_while_a_valve_is_open_and_the_meter_counts_it():
    one, garden = planted()
    with one:
        one.send("valves/run/set", {"0": 60, "1": 60})
        one.run(30000)
        assert 16 <= one.get("flow/rate") <= 20 and garden.rate() == 18
        one.run(60000)
        assert one.get("flow/rate") == 0
        assert abs(one.get("flow/total") - garden.litres) < 1 and garden.litres > 17


def test_a_pipe_that_bursts_closes_the_valves_and_a_closed_tap_does_too():
    for what, words in (("burst", "more than 40"), ("blocked", "nothing has flowed")):
        one, garden = planted(max=40, none_s=20)
        with one:
            one.send("valves/run/set", {"0": 600})
            one.run(10000)
            assert one.open() == [4]
            setattr(garden, what, True)
            one.run(30000)
            assert one.open() == [] and words in one.get("flow/alarm")


def test_rain_falls_and_the_clock_flies():
    one, garden = planted()
    with one:
        garden.let_it_rain(True)
        one.run(15000)
        assert one.get("$rain") == "rain"
        before = one.world.clock.offset
        garden.speed = 60
        one.run(10000)
        assert one.world.clock.offset - before >= 9 * 59
