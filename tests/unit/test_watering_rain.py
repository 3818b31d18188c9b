"""Rain in the watering sample: the sensor and the delay."""

# heap: 512K
from garden import Garden, time

from samples.watering.garden.player import Player
from samples.watering.garden.rain import Rain
from samples.watering.garden.valves import Valves

MODULES = [Valves, Player, Rain]
PIN = 32
HOUR_MS = 3600000


def garden(**rain):
    one = Garden(MODULES, rain=rain)
    one.world.pins.drive(PIN, 1)
    return one


def test_a_wet_sensor_leaves_schedules_out_and_ends_what_they_started():
    with garden(pin=PIN) as one:
        one.play({"0": 600}, by="schedule 1")
        one.play({"1": 600}, by="hand")
        one.run(60000)
        assert one.get("$rain") is None and one.open() == [4]
        one.world.pins.drive(PIN, 0)
        one.run(15000)
        assert one.get("$rain") == "rain" and one.get("rain/wet") is True
        assert one.open() == [27], "what a person has started goes on"
        one.world.pins.drive(PIN, 1)
        one.run(15000)
        assert one.get("$rain") is None and one.get("rain/wet") is False


def test_a_drop_is_no_rain():
    with garden(pin=PIN) as one:
        one.run(5100)
        one.world.pins.drive(PIN, 0)
        one.run(4000)
        one.world.pins.drive(PIN, 1)
        one.run(20000)
        assert one.get("$rain") is None


def test_after_rain_it_may_take_hours_until_it_is_dry():
    with garden(pin=PIN, dry_h=2) as one:
        one.world.pins.drive(PIN, 0)
        one.run(15000)
        one.world.pins.drive(PIN, 1)
        one.run(HOUR_MS)
        assert one.get("$rain") == "it has rained"
        one.run(HOUR_MS + 20000)
        assert one.get("$rain") is None


def test_a_delay_ends_by_itself_whatever_the_clock_does():
    with garden() as one:
        one.send("rain/hours/set", 2)
        one.send("rain/delay/set", True)
        assert one.get("$rain") == "rain delay"
        one.world.clock.jump(-86400)
        one.run(HOUR_MS)
        one.world.clock.jump(86400 * 3)
        one.run(HOUR_MS - 10000)
        assert one.get("rain/delay") is True
        one.run(20000)
        assert one.get("rain/delay") is False and one.get("$rain") is None is None


def test_a_delay_can_be_ended():
    with garden() as one:
        one.send("rain/delay/set", True)
        one.send("rain/delay/set", False)
        assert one.get("$rain") is None


def test_a_delay_outlives_a_power_cut():
    for away_s, on in ((3600, True), (3 * 3600, False)):
        with garden() as one:
            one.send("rain/hours/set", 3)
            one.send("rain/delay/set", True)
            one.run(HOUR_MS // 2)
            one.cut()
            time.now_ms += away_s * 1000
            one.boot()
            one.run(6000)
            assert one.get("rain/delay") is on
            assert one.get("rain/hours") == 3
            one.run(2 * HOUR_MS)
            assert one.get("rain/delay") is False


def test_without_a_clock_a_delay_still_counts_until_it_is_known():
    with garden() as one:
        one.send("rain/delay/set", True)
        one.cut()
        one.world.clock.set_by_pc = False
        one.world.clock.power_on()
        one.boot()
        one.run(60000)
        assert one.get("$rain") == "rain delay"
        one.world.clock.offset = 0
        one.run(10000)
        assert one.get("rain/delay") is True


def test_a_broken_file_stops_nobody():
    for text in ("{", '{"until": "x", "hours": 9999}', '{"left": -5}', '{"until": 99999999999}'):
        with garden() as one:
            one.cut()
            with open(one.folder + "/rain.json", "w") as f:
                f.write(text)
            one.boot()
            one.run(10000)
            assert (
                one.get("$error/rain") is None
                and one.module("rain").state == "RUNNING"
                and one.get("rain/hours") == 24
            )
            assert one.get("rain/delay") is False, text


def test_a_wrong_configuration_is_refused():
    with garden(dry_h=-1) as one:
        assert one.module("rain").state == "FAILED"
