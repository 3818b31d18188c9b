"""The watering sample beside what fails around it: a loop that hangs, and a network that goes and comes."""

# heap: 512K
from garden import Garden, time

from modcore import Module
from plugins.watchdog import Watchdog
from samples.watering.garden.player import Player
from samples.watering.garden.valves import Valves


class Busy(Module):
    """Takes `ms` in its next turn."""

    ms = 0

    def loop(self):
        time.now_ms += Busy.ms
        Busy.ms = 0
        return 100


def test_every_valve_is_closed_after_the_watchdog_has_reset_the_board():
    with Garden(
        [Valves, Player, Watchdog, Busy], valves={"master": 23}, watchdog={"timeout_ms": 8000}
    ) as one:
        changes = one.watch(4, 27)
        one.send("valves/run/set", {"1": 600})
        one.run(60000)
        assert one.open() == [27] and one.world.pins[23].level() == 1
        Busy.ms = 9000
        one.run(200)
        assert one.boots == ["power", "watchdog"]
        assert one.open() == [] and one.world.pins[23].level() == 0, "by hand it does not go on"
        one.play({"0": 100})
        one.run(50000)
        Busy.ms = 9000
        one.run(200)
        assert one.boots == ["power", "watchdog", "watchdog"]
        one.run(200000)
        assert one.open() == []
        total, since = 0, None
        for ms, pin, level in changes:
            if pin == 4 and level:
                since = ms
            elif pin == 4 and since:
                total, since = total + ms - since, None
        assert 60000 <= total <= 100250, "it went on, and got no more than its time"


# What broker, access point and time server that go and come back tell the modules.
LOST = (("mqtt/connected", False), ("wlan/connected", False), ("ntp/synced", False), ("tz/offset", 7200))
BACK = (("wlan/connected", True), ("ntp/synced", True), ("ntp/step", 3600), ("mqtt/connected", True))


def idle(one):
    """Nothing runs."""


def runs(one):
    """A program runs."""
    one.play({"0": 100, "1": 60})


def is_paused(one):
    """A person has paused it."""
    runs(one)
    one.run(10000)
    one.send("player/pause/set", True)


def waits_for_a_hand(one):
    """Somebody has opened another valve."""
    runs(one)
    one.run(10000)
    one.send("valves/run/set", {"2": 40})


def is_in_an_alarm(one):
    """An alarm has closed all."""
    runs(one)
    one.run(10000)
    one.kernel.bus.publish("$alarm/flow", "burst", True)
    one.run()


def waits_after_a_failure(one):
    """The valves have failed, and it tries again a little later."""
    runs(one)
    one.run(10000)
    one.kernel.fault(one.module("valves"), RuntimeError("broken"))
    one.run(100)


def leads(one):
    """The master is on, and the first valve waits for it."""
    runs(one)
    one.run(500)


def lags(one):
    """All are closed, and the master is on still."""
    one.play({"0": 5})
    one.run(6500)


STATES = (
    idle,
    runs,
    is_paused,
    waits_for_a_hand,
    is_in_an_alarm,
    waits_after_a_failure,
    leads,
    lags,
)


def course(state, disturbed):
    """All changes of the pins in some minutes after `state`, with the network lost and back at the same times."""
    valves = {"master": 23, "lead_s": 1, "lag_s": 4}
    with Garden([Valves, Player], valves=valves) as one:
        changes = one.watch(4, 27, 16, 17, 23)
        begin = time.now_ms
        state(one)
        for gap_ms in (200, 3000, 8000):
            for told in (LOST, BACK):
                if disturbed:
                    for topic, value in told:
                        one.kernel.bus.publish(topic, value, True)
                    # The time server is back: the clock is set, and was wrong.
                    one.world.clock.jump(3600 if told is BACK else -3600)
                one.run(gap_ms)
        if state is is_paused:
            one.send("player/pause/set", False)
        if state is is_in_an_alarm:
            one.kernel.bus.publish("$alarm/flow", None, True)
        one.run(200000)
        assert one.open() == []
        return [(ms - begin, pin, level) for ms, pin, level in changes]


def test_what_the_network_loses_changes_no_second_of_any_valve():
    for state in STATES:
        left_alone = course(state, False)
        assert course(state, True) == left_alone, state.__name__
        assert left_alone or state is idle, state.__name__
