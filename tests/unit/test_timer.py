"""Timers: once, at an interval, over the wrap of the ticks, on a clock that the test turns."""

import modcore.deadline
import modcore.ticks
from modcore import Kernel, Module
from modcore.ticks import ticks_add
from modcore.timer import Timer, timers_of
from support import allocated, on_micropython, raises


class Owner(Module):
    pass


class Setup:
    def __init__(self, start):
        self.now = start
        self.real = modcore.ticks.ticks_ms
        for module in (modcore.ticks,):
            module.ticks_ms = lambda: self.now
        self.kernel = Kernel({"log": {"level": "critical"}})
        self.module = self.kernel.add(Owner())
        self.kernel.step()
        self.calls = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for module in (modcore.ticks,):
            module.ticks_ms = self.real

    def call(self, *args):
        self.calls.append(args)

    def turn(self, ms):
        self.now = ticks_add(self.now, ms)
        return self.kernel.step()


def test_after_calls_once_with_its_arguments():
    with Setup(0) as s:
        s.module.after(100, s.call, 1, "x")
        s.turn(99)
        assert s.calls == []
        s.turn(1)
        assert s.calls == [(1, "x")]
        s.turn(1000)
        assert s.calls == [(1, "x")]


def test_step_tells_when_the_next_timer_is_due():
    with Setup(0) as s:
        s.module.after(500, s.call)
        s.module.after(200, s.call)
        assert s.turn(0) == 200
        assert s.turn(150) == 50
        assert s.turn(50) == 300


def test_every_keeps_its_beat_and_passes_over_turns_that_were_missed():
    with Setup(0) as s:
        s.module.every(100, lambda: s.calls.append(s.now))
        for _ in range(4):
            s.turn(30)
        assert s.calls == [120]
        assert s.turn(0) == 80
        s.turn(500)  # at 620: 200 to 600 were missed
        assert s.calls == [120, 620]
        assert s.turn(0) == 80


def test_timers_of_one_tick_come_in_the_order_of_their_making():
    with Setup(0) as s:
        for i in range(5):
            s.module.after(10, s.call, i)
        s.turn(10)
        assert s.calls == [(0,), (1,), (2,), (3,), (4,)]


def test_a_cancelled_timer_is_silent_also_when_it_cancels_itself():
    with Setup(0) as s:
        timer = s.module.after(10, s.call)
        timer.cancel()

        def own():
            s.calls.append(1)
            beat.cancel()

        beat = s.module.every(10, own)
        for _ in range(5):
            s.turn(10)
        assert s.calls == [1]
        timer.cancel()  # a second time is not an error


def test_timers_that_are_cancelled_do_not_pile_up():
    with Setup(0) as s:
        for _ in range(200):
            s.module.after(3600000, s.call).cancel()
        assert len(s.kernel.timers) == 0


def test_timers_survive_the_wrap_of_the_ticks():
    period = ticks_add(0, -1) + 1
    with Setup(period - 50) as s:
        s.module.after(100, s.call, "once")
        s.module.every(40, s.call, "beat")
        for _ in range(12):
            s.turn(10)
        assert s.calls == [("beat",), ("beat",), ("once",), ("beat",)]


def test_a_timer_may_be_longer_than_the_ticks_can_tell():
    day = 24 * 3600 * 1000
    with Setup(5) as s:
        s.module.after(30 * day, s.call, "month")
        for _ in range(30 * 24 - 1):
            s.turn(3600 * 1000)
        assert s.calls == []
        s.turn(3600 * 1000)
        assert s.calls == [("month",)]


def test_a_timer_that_sets_itself_again_leaves_room_for_the_rest():
    with Setup(0) as s:

        def again():
            s.calls.append(1)
            s.module.after(0, again)

        s.module.after(0, again)
        s.turn(0)
        assert len(s.calls) == 1
        assert s.turn(0) == 0
        assert len(s.calls) == 2


def test_the_uptime_counts_over_the_wrap():
    with Setup(0) as s:
        day = 24 * 3600 * 1000
        for _ in range(40):
            s.turn(day)
        assert s.kernel.uptime_ms() == 40 * day


def test_bad_times_are_refused():
    with Setup(0) as s:
        raises(ValueError, s.module.after, -1, s.call)
        raises(ValueError, s.module.every, 0, s.call)


def test_fiber_sleeps_for_what_it_yields():
    with Setup(0) as s:

        class Blinker(Module):
            def fiber(self):
                s.calls.append(s.now)
                yield 100
                s.calls.append(s.now)
                yield
                s.calls.append(s.now)

        s.kernel.add(Blinker())
        s.turn(0)
        s.turn(50)
        s.turn(50)
        s.turn(5)
        assert s.calls == [0, 100, 105]


def test_loop_is_called_at_each_step_and_says_when_it_wants_the_next():
    with Setup(0) as s:

        class Looper(Module):
            def loop(self):
                s.calls.append(1)
                return 700

        s.kernel.add(Looper())
        for _ in range(3):
            s.kernel.step()
        assert len(s.calls) == 3
        assert s.kernel.step() == 700


def test_a_deadline_lies_as_far_away_as_one_likes():
    real = modcore.ticks.ticks_ms
    now = real()
    try:
        modcore.ticks.ticks_ms = lambda: now
        end = modcore.deadline.Deadline(7 * 86400 * 1000)
        for _ in range(6):
            now = ticks_add(now, 86400 * 1000)
            assert not end.passed()
        assert end.left_ms() == 86400 * 1000
        now = ticks_add(now, 86400 * 1000)
        assert end.passed() and end.left_ms() == 0
    finally:
        modcore.ticks.ticks_ms = real


def test_a_timer_of_the_kernel_for_which_there_is_no_memory_is_tried_again():
    with Setup(0) as s:
        tries = []

        def restart():
            tries.append(s.now)
            if len(tries) < 3:
                raise MemoryError

        Timer(timers_of(s.kernel), None, 100, None, restart)
        s.module.after(1500, s.call)
        for _ in range(40):
            s.turn(100)
        assert tries == [100, 1100, 2100] and s.calls == [()] and not s.kernel.timers


def test_a_timer_of_the_kernel_that_fails_is_over():
    with Setup(0) as s:
        tries = []

        def write():
            tries.append(s.now)
            raise ValueError("not JSON")

        Timer(timers_of(s.kernel), None, 100, None, write)
        for _ in range(5):
            s.turn(100)
        assert tries == [100] and not s.kernel.timers


@on_micropython
def test_a_beat_takes_no_memory():
    with Setup(0) as s:
        for ms in (10, 30, 1 << 29):
            s.module.every(ms, int)
        turn = s.kernel._timers.turn

        def beats():
            for now in (60, 120, 180):
                turn(now)

        assert allocated(beats) == 0
