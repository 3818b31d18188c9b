"""Fibers run in turn, sleep, wait for each other, and end as they should."""

from modcore.ticks import ticks_diff, ticks_ms
from plugins.fiber import Killed, Loop, Timeout
from support import raises


def test_bare_yield_lets_the_others_run():
    seen = []

    def count(name):
        for i in range(3):
            seen.append(name + str(i))
            yield

    loop = Loop()
    loop.spawn(count("a"))
    loop.spawn(count("b"))
    loop.run()
    assert seen == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_turn_runs_each_ready_fiber_once_and_returns_zero_while_one_is_ready():
    seen = []

    def spin():
        while True:
            seen.append(1)
            yield

    loop = Loop()
    fiber = loop.spawn(spin())
    assert loop.turn() == 0 and len(seen) == 1
    assert loop.turn() == 0 and len(seen) == 2
    fiber.kill()
    assert loop.turn() > 1000


def test_sleep_takes_its_time_and_turn_says_how_long():
    def sleeper():
        yield 80

    loop = Loop()
    loop.spawn(sleeper())
    start = ticks_ms()
    ms = loop.turn()
    assert 0 < ms <= 80
    loop.run()
    assert ticks_diff(ticks_ms(), start) >= 80


def test_sleepers_wake_in_the_order_of_their_time():
    seen = []

    def sleeper(ms):
        yield ms
        seen.append(ms)

    loop = Loop()
    # So far apart that a busy machine does not let two be due at once before the first has begun.
    for ms in (300, 100, 200):
        loop.spawn(sleeper(ms))
    loop.run()
    assert seen == [100, 200, 300]


def test_zero_and_negative_sleeps_are_a_switch():
    def quick():
        yield 0
        yield -5
        return "done"

    loop = Loop()
    assert loop.run(loop.spawn(quick())) == "done"


def test_a_sleep_of_weeks_is_possible():
    def far():
        yield 3000000000

    loop = Loop()
    fiber = loop.spawn(far())
    loop.turn()
    assert loop.turn() > 200000000
    assert not fiber.done


def test_waiting_for_a_fiber_gives_its_result():
    def child():
        yield 1
        return 42

    def parent(loop):
        return (yield loop.spawn(child())) + 1

    loop = Loop()
    assert loop.run(loop.spawn(parent(loop))) == 43


def test_waiting_for_a_fiber_that_ended_long_ago_gives_its_result():
    def child():
        return 5
        yield

    def parent(fiber):
        yield 5
        return (yield fiber), (yield fiber)

    loop = Loop()
    assert loop.run(loop.spawn(parent(loop.spawn(child())))) == (5, 5)


def test_two_fibers_may_wait_for_the_same_one():
    def child():
        yield 2
        return "x"

    def parent(fiber):
        return (yield fiber)

    loop = Loop()
    fiber = loop.spawn(child())
    both = [loop.spawn(parent(fiber)), loop.spawn(parent(fiber))]
    loop.run()
    assert [f.result for f in both] == ["x", "x"]


def test_an_error_reaches_the_one_that_waits_and_is_kept():
    def child():
        yield
        raise ValueError("broken")

    def parent(fiber):
        try:
            yield fiber
        except ValueError as error:
            return "caught " + str(error)

    loop = Loop()
    fiber = loop.spawn(child())
    assert loop.run(loop.spawn(parent(fiber))) == "caught broken"
    assert fiber.done and isinstance(fiber.error, ValueError)
    assert str(raises(ValueError, loop.run, fiber)) == "broken"


def test_an_error_that_nobody_waits_for_is_reported_and_stops_no_other():
    failed = []

    def bad():
        raise ValueError("alone")
        yield

    def good():
        yield 5
        return "fine"

    loop = Loop(on_error=lambda fiber, error: failed.append((fiber.name, str(error))))
    loop.spawn(bad(), "bad")
    assert loop.run(loop.spawn(good())) == "fine"
    assert failed == [("bad", "alone")]


def test_what_can_not_be_waited_for_is_an_error_in_the_fiber_that_yields_it():
    def odd():
        try:
            yield "text"
        except AttributeError:
            return "refused"

    loop = Loop()
    assert loop.run(loop.spawn(odd())) == "refused"


def test_within_raises_timeout_and_the_fiber_goes_on():
    def never():
        yield 60000

    def impatient(loop):
        child = loop.spawn(never())
        try:
            yield from loop.within(10, child)
        except Timeout:
            child.kill()
            yield 20  # the limit is over with the wait
            return "gave up"

    loop = Loop()
    assert loop.run(loop.spawn(impatient(loop))) == "gave up"


def test_within_gives_the_result_when_it_comes_in_time():
    def child():
        yield 5
        return 9

    def patient(loop):
        value = yield from loop.within(5000, loop.spawn(child()))
        return value

    loop = Loop()
    assert loop.run(loop.spawn(patient(loop))) == 9


def test_an_outer_limit_that_ends_earlier_counts():
    def never():
        yield 60000

    def inner(loop):
        yield from loop.within(60000, loop.spawn(never()))

    def outer(loop):
        try:
            yield from loop.within(10, inner(loop))
        except Timeout:
            yield 20
            return "outer"

    loop = Loop()
    assert loop.run(loop.spawn(outer(loop))) == "outer"
    loop.kill()


def test_a_generator_that_takes_too_long_is_killed():
    seen = []

    def spin():
        try:
            while True:
                yield
        finally:
            seen.append("cleaned")

    def impatient(loop):
        try:
            yield from loop.within(10, spin())
        except Timeout:
            return "stopped"

    loop = Loop()
    assert loop.run(loop.spawn(impatient(loop))) == "stopped"
    assert seen == ["cleaned"] and loop.fibers == []


def test_a_generator_that_is_quick_enough_gives_its_result_or_error():
    def quick(n):
        yield 1
        return 10 // n

    def patient(loop):
        result = yield from loop.within(5000, quick(2))
        try:
            yield from loop.within(5000, quick(0))
        except ZeroDivisionError:
            return result

    loop = Loop()
    assert loop.run(loop.spawn(patient(loop))) == 5


def test_a_killed_fiber_raises_in_the_one_that_waits_for_it():
    def never():
        yield 60000

    def parent(fiber):
        try:
            yield fiber
        except RuntimeError as error:
            return str(error)

    loop = Loop()
    fiber = loop.spawn(never(), "slow")
    waiting = loop.spawn(parent(fiber))
    loop.turn()
    fiber.kill()
    assert isinstance(fiber.error, Killed)
    assert loop.run(waiting) == "fiber slow was killed"


def test_a_loop_measures_how_long_each_fiber_runs():
    def busy():
        for _ in range(3):
            start = ticks_ms()
            while ticks_diff(ticks_ms(), start) < 5:
                pass
            yield 20

    def lazy():
        yield 30

    loop = Loop()
    loop.measure()
    worker, sleeper = loop.spawn(busy()), loop.spawn(lazy())
    loop.run()
    assert worker.cpu_us >= 12000 and sleeper.cpu_us < worker.cpu_us
    assert worker.run_ms >= 40 and sleeper.run_ms >= 30
    other = Loop()
    unmeasured = other.spawn(busy())
    other.run()
    assert unmeasured.cpu_us == 0


def test_a_fiber_of_another_loop_may_be_waited_for():
    def there():
        yield 5
        return "done there"

    def here():
        return (yield second.spawn(there()))

    first, second = Loop(), Loop()
    fiber = first.spawn(here())
    while not fiber.done:
        first.turn(0)
        second.turn(1)
    assert fiber.result == "done there"
