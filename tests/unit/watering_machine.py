"""Whatever people, faults and the power do to the garden, as a program: no valve stays open past its maximum.

`watering_machine.py steps N` has Hypothesis find sequences of commands, faults, times and power cuts; `… cuts N` cuts
the power N times at random moments, some of them while a file is saved, and looks at the history, too; `… queue N` does
so with the queue alone. They look at the pins from outside.
tests/e2e/test_watering_invariants.py runs it.
"""

import gc
import json
import os
import random
import sys

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

# isort: split
from device import PowerOff
from garden import PINS, Garden, time

# isort: split
from modcore import lazy
from samples.watering.garden import queue as rules
from samples.watering.garden.flow import Flow
from samples.watering.garden.history import History
from samples.watering.garden.player import Player
from samples.watering.garden.programs import Programs
from samples.watering.garden.rain import Rain
from samples.watering.garden.records import all_since
from samples.watering.garden.schedules import Schedules
from samples.watering.garden.valves import Valves

# Nine tenths of a boot on a PC: code that is dropped and compiled anew, the rubbish of the whole process, a real disk.
gc.collect = lazy.relieve = lambda: 0
os.fsync = os.sync = lambda *_: None

MAX_S = 100
AT_ONCE = 2
LATE_MS = 250
MODULES = [Valves, Flow, Rain, Player, Programs, Schedules, History]
IDS = ["valves", "flow", "rain", "player", "programs", "schedules", "history"]
CONFIG = {
    "valves": {"max_s": MAX_S, "at_once": AT_ONCE, "direct_s": 60, "master": 23, "lag_s": 2, "lead_s": 1},
    "flow": {"pin": 35, "ratio": 0.01, "max": 200, "none_s": 30, "leak_l": 5},
    "rain": {"pin": 32},
}
PROGRAMS = [{"id": 1, "name": "Lawn", "tasks": [{"0": 90, "1": 300, "2": 20}, {"3": 60}]}]


class Disk:
    """Loses the power while a file takes the place of another: before that (1) or after it (2)."""

    cut = 0
    rename = os.rename


def rename(old, new):
    """Stand in for os.rename."""
    cut, Disk.cut = Disk.cut, 0
    if cut != 1:
        Disk.rename(old, new)
    if cut:
        raise PowerOff


os.rename = rename


def fail(one, saving):
    """Let the power fail while the next file is saved, within 3 s; saving: 0 for not at all, else see Disk."""
    Disk.cut = saving
    steps = 300 if saving else 0
    while steps and one.kernel:
        one.run(10)
        steps -= 1
    Disk.cut = 0


def garden():
    """A garden with all its modules, programs and a schedule for every hour."""
    one = Garden(MODULES, **{id: dict(section) for id, section in CONFIG.items()})
    one.world.pins.drive(32, 1)
    one.send("programs/list/set", PROGRAMS)
    one.run(200)
    times = ["%02d:00" % hour for hour in range(0, 24, 3)]
    one.send("schedules/list/set", [{"id": 1, "name": "S", "program": 1, "times": times}])
    return one


class Witness:
    """Sees the pins of a garden, and how long each has been high."""

    def __init__(self, one):
        self.since = {}
        self.total = dict.fromkeys(PINS, 0)
        self.one = one
        one.world.changed = self.changed

    def changed(self, what, name, value):
        if what != "pin" or name not in PINS:
            return
        if value == 1:
            self.since[name] = time.now_ms
        elif name in self.since:
            self.end(name)
        assert len(self.since) <= AT_ONCE, "%s are open at once" % sorted(self.since)

    def end(self, pin):
        ms = time.now_ms - self.since.pop(pin)
        self.total[pin] += ms
        assert ms <= MAX_S * 1000 + LATE_MS, "pin %d was open for %d ms" % (pin, ms)

    def check(self):
        for pin in self.since:
            ms = time.now_ms - self.since[pin]
            assert ms <= MAX_S * 1000 + LATE_MS, "pin %d is open for %d ms" % (pin, ms)
        master = self.one.world.pins[23].level()
        assert master or not self.since, "open without the master"


valves = st.sampled_from("0123")
task = st.dictionaries(valves, st.integers(0, 300), max_size=4)


class Life(RuleBasedStateMachine):
    """Events that may happen, in any order."""

    def __init__(self):
        super().__init__()
        self.one = garden()
        self.witness = Witness(self.one)

    def teardown(self):
        Disk.cut = 0
        self.one.send("schedules/active/set", False)
        self.one.run(2000000)
        self.witness.check()
        assert self.one.open() == [] and not self.one.world.pins[23].level(), "open for ever"
        self.one.__exit__()

    @rule(tasks=st.lists(task, max_size=3), by=st.sampled_from(["hand", "schedule 1"]))
    def play(self, tasks, by):
        self.one.play(*tasks, by=by)

    @rule(valve=valves, on=st.booleans())
    def turn(self, valve, on):
        self.one.send("valves/%s/set" % valve, on)

    @rule(valve=valves, seconds=st.sampled_from([0, 1, 30, 99, 100, 101, 5000, 86400, -1, True, None]))
    def by_hand(self, valve, seconds):
        self.one.send("valves/run/set", {valve: seconds})

    @rule(on=st.booleans())
    def pause(self, on):
        self.one.send("player/pause/set", on)

    @rule(what=st.sampled_from(["player/skip/set", "player/stop/set"]))
    def press(self, what):
        self.one.send(what)

    @rule(index=st.integers(-1, 3))
    def remove(self, index):
        self.one.send("player/remove/set", index)

    @rule(reason=st.sampled_from(["burst", None]))
    def alarm(self, reason):
        self.one.kernel.bus.publish("$alarm/flow", reason, True)
        self.one.run()
        assert not reason or self.one.open() == [], "open in an alarm"

    @rule(id=st.sampled_from(IDS))
    def fault(self, id):
        module = self.one.module(id)
        if module.state == "RUNNING":
            self.one.kernel.fault(module, RuntimeError("broken"))
            self.one.run()
            assert self.one.open() == [], "open after a fault"

    @rule(id=st.sampled_from(IDS))
    def reconfigure(self, id):
        self.one.kernel.reconfigure(id)
        self.one.run(10)

    @rule(wet=st.booleans())
    def rain(self, wet):
        self.one.world.pins.drive(32, 0 if wet else 1)

    @rule(litres=st.sampled_from([0, 1, 50]))
    def flow(self, litres):
        self.one.world.pins.pulse(35, 100 * litres, 20)

    @rule()
    def reset(self):
        self.one.send("flow/reset/set")

    @rule()
    def button(self):
        self.one.send("programs/1/set")

    @rule()
    def due(self):
        self.one.world.clock.jump(10790 - (time.time() + 3600) % 10800)
        self.one.run(12000)

    @rule(ms=st.sampled_from([1, 10, 999, 1000, 5000, 30000, 99000, 100000, 101000, 400000]))
    def advance(self, ms):
        self.one.run(ms)

    @rule(seconds=st.sampled_from([-86400, -3600, -1, 1, 3600, 86400 * 400]))
    def clock(self, seconds):
        self.one.world.clock.jump(seconds)

    @rule(away_s=st.sampled_from([0, 1, 600, 7200]), saving=st.sampled_from([0, 1, 2]))
    def cut(self, away_s, saving):
        fail(self.one, saving)
        self.one.cut()
        assert self.one.open() == []
        time.now_ms += away_s * 1000
        self.one.boot()
        self.one.run(100)

    @invariant()
    def nothing_is_open_for_too_long(self):
        self.witness.check()


def steps(examples):
    """Have Hypothesis look for a sequence that breaks it."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def cuts(count):
    """Cut the power at random moments: no valve gets more than its time in all, however often it happens.

    And each run has its record, which is short of what the pin has seen by 21 s at most.
    """
    dice = random.Random(1)
    done = 0
    while done < count:
        one = Garden([Valves, Player, History], valves=dict(CONFIG["valves"]))
        witness = Witness(one)
        # Short runs: many cuts in little time.
        task = {valve: dice.randint(1, 40) for valve in dice.sample("0123", dice.randint(1, 4))}
        by_hand = dice.random() < 0.2
        one.send("valves/run/set", {dice.choice("0123"): 30}) if by_hand else one.play(task)
        for _ in range(dice.randint(1, 5)):
            one.run(dice.randint(0, 25000))
            fail(one, dice.choice([0, 0, 1, 2]))
            ran = {PINS.index(pin): (time.now_ms - since) // 1000 for pin, since in witness.since.items()}
            known = len(_power_cuts(one))
            one.cut()
            assert one.open() == []
            time.now_ms += dice.randint(0, 1000000)
            one.boot()
            assert one.open() == []
            one.run(10)
            noted = {record[1]: record[5] for record in _power_cuts(one)[known:]}
            for valve, seconds in ran.items():
                assert not seconds or seconds - 21 <= noted[valve] <= seconds, (valve, seconds, noted)
            done += 1
        one.run(100000)
        witness.check()
        assert one.open() == []
        for number, pin in enumerate(PINS):
            asked = 30000 if by_hand else task.get(str(number), 0) * 1000
            assert witness.total[pin] <= asked + LATE_MS, (pin, witness.total[pin], asked)
        one.__exit__()


def _power_cuts(one):
    return [record for record in all_since(one.folder, 0) if record[2] == "power"]


class Queue:
    """A queue alone, for `queue_cuts`."""


def queue_cuts(count):
    """Cut the power at random moments of the queue alone: what was noted goes on, and never adds up to more."""
    dice = random.Random(2)
    done = 0
    while done < count:
        queue = Queue()
        rules.begin(queue, at_once=AT_ONCE)
        asked = {valve: dice.randint(1, 100) for valve in dice.sample("0123", dice.randint(1, 4))}
        rules.add(queue, 1, "Lawn", "hand", [asked])
        got = dict.fromkeys(asked, 0)
        while queue.current:
            for valve, _ in rules.wanted(queue):
                rules.opened(queue, valve)
            # As the player notes it: as if the time until the next note had gone by.
            ahead = dice.randint(1, 20)
            kept = rules.saved(queue)
            left = dict(queue.current["left"])
            for valve in queue.open:
                left[valve] = max(0, left[valve] - ahead)
            kept["current"] = dict(kept["current"], left=left)
            kept = json.loads(json.dumps(kept))
            ran = dice.randint(0, ahead)
            for valve in list(queue.open):
                time_ms = min(ran, queue.current["left"][valve])
                got[valve] += time_ms
                queue.current["left"][valve] -= time_ms
            if dice.random() < 0.3:
                done += 1
                queue = Queue()
                rules.begin(queue, at_once=AT_ONCE)
                rules.restore(queue, kept)
                continue
            for valve in list(queue.open):
                if not queue.current["left"].get(valve):
                    rules.ended(queue, valve, 0)
        assert all(got[valve] <= asked[valve] for valve in asked), (got, asked)


if __name__ == "__main__":
    {"steps": steps, "cuts": cuts, "queue": queue_cuts}[sys.argv[1]](int(sys.argv[2]))
    print("done")
