"""The valves of the watering sample, seen from their pins."""

# heap: 512K
from garden import PINS, Garden, time

from support import raises

# isort: split
from machine import Pin

from modcore import Module, Refused
from samples.watering.garden.valves import Valves


def garden(**config):
    """A garden with valves alone."""
    return Garden([Valves], **config)


def test_all_valves_are_closed_at_boot():
    with garden() as one:
        one.kernel.modules["valves"].properties["0"].command(True)
        one.run(100)
        for pin in PINS:
            Pin(pin, Pin.OUT, value=1)
        one.boot()
        one.run(100)
        assert one.open() == []
        assert [one.get("valves/%d" % i) for i in range(4)] == [False] * 4


def test_a_command_opens_a_valve_and_says_so():
    with garden() as one:
        one.take()
        one.send("valves/1/set", True)
        assert one.open() == [27]
        assert ("valves/1", True) in one.take("valves")
        one.send("valves/1/set", False)
        assert one.open() == []
        assert ("valves/1", False) in one.take("valves")


def test_what_is_no_state_of_a_valve_is_refused():
    with garden() as one:
        for value in ("wet", 1, None, [True]):
            raises(Refused, one.module("valves").properties["0"].command, value)
        assert one.open() == []


def test_a_valve_that_was_opened_by_hand_closes_by_itself():
    with garden(valves={"direct_s": 90}) as one:
        one.send("valves/0/set", True)
        one.run(89900)
        assert one.open() == [4]
        one.run(200)
        assert one.open() == []


def test_no_command_keeps_a_valve_open_past_its_maximum():
    with garden(valves={"max_s": 100, "direct_s": 80}) as one:
        changes = one.watch(4)
        one.send("valves/0/set", True)
        for _ in range(30):
            one.run(10000)
            one.send("valves/run/set", {"0": 3600})
            one.send("valves/0/set", True)
        opened = None
        for ms, _, level in changes:
            if level:
                opened = ms
            else:
                assert ms - opened <= 100000, "open for %d ms" % (ms - opened)
        assert len(changes) > 4


def test_a_run_time_by_hand_counts_for_its_valve():
    with garden() as one:
        one.send("valves/run/set", {"0": 30, "1": 60, "9": 5})
        one.send("valves/run/set", {"0": 30, "1": "x"})
        assert one.open() == [], "all or none"
        one.send("valves/run/set", {"0": 30, "1": 60})
        assert one.open() == [4, 27]
        one.run(30100)
        assert one.open() == [27]
        one.send("valves/run/set", {"1": 0})
        assert one.open() == []
        for value in (None, 3, {"0": "x"}, {"9": 3}, {"0": -1}, {"0": True}, {"0": 1e9}):
            one.send("valves/run/set", value)
            assert one.open() == [] and one.module("valves").state == "RUNNING"


def test_a_valve_may_have_a_maximum_of_its_own():
    valves = [{"id": 0, "pin": 4, "name": "Lawn", "max_s": 5}, {"id": 1, "pin": 27, "name": "Beds"}]
    with garden(valves={"valves": valves}) as one:
        one.send("$valves/run", ["0", 60000, "1/hand"])
        one.send("$valves/run", ["1", 60000, "1/hand"])
        one.run(5100)
        assert one.open() == [27]


def test_no_more_are_open_at_once_than_allowed():
    with garden(valves={"at_once": 2}) as one:
        one.send("valves/0/set", True)
        one.send("valves/1/set", True)
        error = raises(Refused, one.module("valves").properties["2"].command, True)
        assert "2 valves are open" in str(error)
        one.send("$valves/run", ["3", 1000, "1/hand"])
        assert one.open() == [4, 27]


def test_opening_by_hand_closes_what_a_program_has_open():
    with garden(valves={"at_once": 1}) as one:
        one.send("$valves/run", ["0", 60000, "1/hand"])
        one.run(10000)
        one.take()
        one.send("valves/2/set", True)
        assert one.open() == [16]
        ended = one.told("$valves/ended")
        assert ended[0]["why"] == "direct" and abs(ended[0]["left"] - 50000) < 100
        one.send("$valves/run", ["0", 60000, "1/hand"])
        assert one.open() == [16], "a program does not run beside it"


def test_stopping_closes_all_valves():
    with garden(valves={"master": 23, "lag_s": 10}) as one:
        for name in "012":
            one.module("valves").properties[name].command(True)
        one.run(100)
        assert one.open() == [4, 27, 16] and one.world.pins[23].level() == 1
        one.kernel.move("valves", "STOPPED")
        assert one.open() == [] and one.world.pins[23].level() == 0


def test_a_pin_that_fails_keeps_no_other_valve_open():
    with garden() as one:
        for name in "012":
            one.module("valves").properties[name].command(True)
        one.run(100)

        class Broken:
            def value(self, level=None):
                raise OSError(5)

        one.module("valves").properties["0"].pin = Broken()
        one.kernel.move("valves", "STOPPED")
        assert one.open() == [4]  # nobody can close this one


class Fragile(Module):
    """Fails when asked to."""

    def start(self):
        self.listen("fail", self.fail)

    def fail(self, topic, value):
        raise RuntimeError("broken")


def test_the_failure_of_any_module_closes_all_valves():
    with Garden([Valves, Fragile]) as one:
        one.send("valves/0/set", True)
        one.send("valves/1/set", True)
        assert one.open() == [4, 27]
        one.send("fail")
        one.run(10)
        assert one.open() == []
        one.send("valves/0/set", True)
        assert one.open() == [4], "another module than those it needs"


def test_without_a_module_that_it_needs_nothing_opens():
    class Flow(Fragile):
        pass

    with Garden([Valves, Flow]) as one:
        one.send("fail")
        one.run(10)
        assert "flow has failed" in str(raises(Refused, one.module("valves").properties["0"].command, True))
        one.run(3000)
        one.send("valves/0/set", True)
        assert one.open() == [4], "it runs again"


def test_an_alarm_closes_all_and_opens_none_until_it_is_over():
    with garden(valves={"master": 23, "lag_s": 10}) as one:
        one.send("valves/0/set", True)
        one.kernel.bus.publish("$alarm/flow", "a pipe has burst", True)
        one.run()
        assert one.open() == [] and one.world.pins[23].level() == 0, "no time to lag"
        error = raises(Refused, one.module("valves").properties["0"].command, True)
        assert "a pipe has burst" in str(error)
        one.send("$valves/run", ["0", 1000, "1/hand"])
        assert one.open() == []
        one.kernel.bus.publish("$alarm/flow", None, True)
        one.run()
        one.send("valves/0/set", True)
        assert one.open() == [4]


def test_the_master_leads_and_lags():
    with garden(valves={"master": 23, "lead_s": 2, "lag_s": 3}) as one:
        changes = one.watch(23, 4, 27)
        start = time.now_ms
        one.send("valves/run/set", {"0": 10})
        one.run(5000)
        one.send("valves/run/set", {"1": 10})
        one.run(30000)
        seen = [(round((ms - start) / 1000), pin, level) for ms, pin, level in changes]
        assert seen == [(0, 23, 1), (2, 4, 1), (5, 27, 1), (12, 4, 0), (15, 27, 0), (18, 23, 0)]
        # A valve that opens while the master still lags does not wait.
        one.send("valves/run/set", {"0": 1})
        one.run(4500)
        one.send("valves/run/set", {"0": 1})
        assert one.open() == [4]


def test_an_alarm_or_a_failure_leaves_no_time_to_lag():
    for topic, value in (("$alarm/flow", "a pipe has burst"), ("$state/flow", "FAILED")):
        with garden(valves={"master": 23, "lag_s": 60}) as one:
            one.send("valves/run/set", {"0": 2})
            one.run(5000)
            assert one.open() == [] and one.world.pins[23].level() == 1, "it lags"
            one.kernel.bus.publish(topic, value, True)
            one.run(10)
            assert one.world.pins[23].level() == 0, topic


def test_a_master_that_is_taken_out_of_the_settings_is_driven_no_more():
    with garden(valves={"master": 23, "lag_s": 3}) as one:
        one.send("valves/0/set", True)
        assert Pin(23).value() == 1
        one.kernel.reconfigure("valves", {"master": None})
        one.run(100)
        assert one.open() == [] and Pin(23).value() == 0
        changes = one.watch(23)
        one.send("valves/0/set", True)
        assert one.open() == [4]
        one.send("valves/0/set", False)
        one.run(5000)
        assert one.open() == [] and changes == []


def test_closing_while_the_master_leads_opens_nothing():
    with garden(valves={"master": 23, "lead_s": 5}) as one:
        one.send("valves/0/set", True)
        one.run(1000)
        assert one.world.pins[23].level() == 1 and one.open() == []
        one.send("valves/0/set", False)
        assert one.world.pins[23].level() == 0
        one.run(10000)
        assert one.open() == [] and one.world.pins[23].level() == 0


def test_low_may_open():
    with garden(valves={"active_low": True}) as one:
        assert one.open() == list(PINS)
        one.send("valves/0/set", True)
        assert one.world.pins[4].level() == 0
        one.kernel.move("valves", "STOPPED")
        assert one.open() == list(PINS)


def test_a_valve_without_a_pin_and_a_disabled_one_drive_nothing():
    valves = [{"id": 3, "name": "Trial"}, {"id": 5, "pin": 4, "name": "Off", "disabled": True}]
    with garden(valves={"valves": valves}) as one:
        one.send("valves/3/set", True)
        assert one.get("valves/3") is True
        raises(Refused, one.module("valves").properties["5"].command, True)
        assert not one.module("valves").properties["5"].meta["set"]
        one.take()
        one.send("$valves/run", ["5", 1000, "1/hand"])
        one.send("$valves/run", ["77", 1000, "1/hand"])
        refused = one.told("$valves/refused")
        assert [value["final"] for value in refused] == [True, True]
        assert one.get("valves/5") is False and one.open() == []


def test_a_configuration_that_could_water_the_wrong_place_is_refused():
    lawn = {"id": 0, "pin": 4, "name": "Lawn"}
    for config, words in (
        ({"valves": [lawn, {"id": 1, "pin": 4, "name": "Beds"}]}, "pin 4 is there twice"),
        ({"valves": [lawn, {"id": 0, "pin": 5, "name": "Beds"}]}, "id 0 is there twice"),
        ({"valves": [lawn], "master": 4}, "pin 4 is there twice"),
        ({"valves": [{"id": "a", "name": "Lawn"}]}, "id takes a number from 0 to 254"),
        ({"valves": [{"id": 1, "pin": 99, "name": "Lawn"}]}, "invalid pin"),
        ({"valves": [dict(lawn, max_s=0)]}, "max_s takes a number from 1"),
        ({"valves": [dict(lawn, max=3)]}, "no key 'max'; have id pin name"),
        ({"valves": [{"id": 1, "pin": 4}]}, "name takes text"),
        ({"max_s": 100000}, "max_s takes a number from 1 to 86400"),
        ({"at_once": 0}, "at_once takes a number"),
        ({"direct_s": 1.5}, "direct_s takes a number"),
        ({"lag_s": 6000}, "lag_s takes a number"),
    ):
        with garden(valves=config) as one:
            assert one.module("valves").state == "FAILED", config
            assert words in one.get("$error/valves"), one.get("$error/valves")
            assert one.open() == []
