"""Fibers are suspended, resumed, killed; time slices keep the reaction time."""

from modcore.ticks import sleep_ms
from plugins.fiber import Event, Loop
from support import on_micropython


def test_kill_runs_the_finally_blocks_at_once():
    seen = []

    def worker():
        try:
            yield 60000
        finally:
            seen.append("cleaned")

    loop = Loop()
    fiber = loop.spawn(worker())
    loop.turn()
    fiber.kill()
    assert seen == ["cleaned"] and fiber.done and loop.fibers == []


def test_kill_before_the_first_turn_runs_nothing():
    seen = []

    def worker():
        seen.append(1)
        yield

    loop = Loop()
    fiber = loop.spawn(worker())
    fiber.kill()
    loop.run()
    assert fiber.done and seen == []


def test_a_finally_block_may_wait():
    seen = []

    def worker():
        try:
            yield 60000
        finally:
            yield 5
            seen.append("late")

    loop = Loop()
    fiber = loop.spawn(worker())
    loop.turn()
    fiber.kill()
    assert not fiber.done
    loop.run()
    assert fiber.done and seen == ["late"]


def test_a_fiber_may_kill_itself():
    seen = []

    def worker(loop):
        try:
            loop.current.kill()
            seen.append("not reached")
            yield
        finally:
            seen.append("cleaned")

    loop = Loop()
    fiber = loop.spawn(worker(loop))
    loop.run()
    assert fiber.done and seen == ["cleaned"]


def test_two_fibers_that_kill_each_other_both_end():
    fibers = []

    def first():
        yield
        fibers[1].kill()
        yield 60000

    def second():
        try:
            yield 60000
        finally:
            fibers[0].kill()

    loop = Loop()
    fibers.append(loop.spawn(first()))
    fibers.append(loop.spawn(second()))
    loop.run()
    assert fibers[0].done and fibers[1].done


def test_kill_takes_a_fiber_out_of_what_it_waits_for():
    event = Event()

    def waiter():
        yield event

    loop = Loop()
    fibers = [loop.spawn(waiter()) for _ in range(3)]
    loop.turn()
    fibers[1].kill()
    event.set()
    loop.run()
    assert fibers[0].error is None and fibers[2].error is None and fibers[1].error is not None


def test_killing_a_fiber_of_the_same_turn_does_not_keep_the_turn_going():
    turns = []

    def spin():
        while True:
            turns.append(1)
            yield

    def killer(loop):
        loop.fibers[2].kill()
        yield 60000

    loop = Loop()
    loop.spawn(spin())
    loop.spawn(killer(loop))
    loop.spawn(spin())
    loop.turn()
    assert len(turns) == 1
    loop.kill()


def test_kill_of_the_loop_ends_all():
    seen = []

    def worker(n):
        try:
            yield 60000
        finally:
            seen.append(n)

    loop = Loop()
    for n in range(4):
        loop.spawn(worker(n))
    loop.turn()
    loop.kill()
    assert seen == [0, 1, 2, 3] and loop.fibers == []


def test_a_suspended_fiber_stands_still_until_resume():
    seen = []

    def worker():
        while True:
            seen.append(1)
            yield

    loop = Loop()
    fiber = loop.spawn(worker())
    loop.turn()
    fiber.suspend()
    loop.turn()
    loop.turn()
    assert len(seen) == 1
    fiber.resume()
    loop.turn()
    assert len(seen) == 2
    loop.kill()


def test_what_comes_for_a_suspended_fiber_is_kept_for_it():
    event = Event()

    def waiter():
        return (yield event)

    loop = Loop()
    fiber = loop.spawn(waiter())
    loop.turn()
    fiber.suspend()
    event.set("news")
    loop.turn()
    assert not fiber.done
    fiber.resume()
    assert loop.run(fiber) == "news"


def test_a_fiber_may_suspend_itself_and_be_killed_then():
    def worker(loop):
        loop.current.suspend()
        yield

    loop = Loop()
    fiber = loop.spawn(worker(loop))
    loop.turn()
    loop.turn()
    assert not fiber.done
    fiber.kill()
    assert fiber.done


def test_bare_yields_within_the_slice_go_on_in_the_same_turn():
    seen = []

    def worker(name):
        for _ in range(3):
            seen.append(name)
            yield

    loop = Loop(reaction_ms=60000)
    loop.spawn(worker("a"))
    loop.spawn(worker("b"))
    loop.turn()
    assert seen == ["a", "a", "a", "b", "b", "b"]


def test_a_turn_ends_when_the_reaction_time_is_over_and_the_rest_comes_first_next():
    seen = []

    def slow(name):
        for _ in range(2):
            seen.append(name)
            sleep_ms(30)
            yield

    loop = Loop(reaction_ms=20)
    for name in "abc":
        loop.spawn(slow(name))
    assert loop.turn() == 0
    assert seen == ["a"]
    loop.turn()
    loop.turn()
    assert seen == ["a", "b", "c"]
    loop.run()
    assert sorted(seen) == ["a", "a", "b", "b", "c", "c"]


def test_the_ticks_may_wrap_while_fibers_sleep():
    import plugins.fiber as file
    from modcore.ticks import ticks_add

    real = file.ticks_ms
    now = [ticks_add(0, -20)]
    file.ticks_ms = lambda: now[0]
    try:

        def sleeper():
            yield 60
            return "awake"

        loop = Loop()
        fiber = loop.spawn(sleeper())
        assert loop.turn() == 60
        now[0] = ticks_add(now[0], 59)
        assert loop.turn() == 1
        now[0] = ticks_add(now[0], 1)
        loop.turn()
        assert fiber.done and fiber.result == "awake"
    finally:
        file.ticks_ms = real


@on_micropython  # only it can tell
def test_a_switch_allocates_nothing():
    import gc

    def spin():
        while True:
            yield

    def sleeper():
        while True:
            yield 1

    loop = Loop()
    for _ in range(3):
        loop.spawn(spin())
        loop.spawn(sleeper())
    for _ in range(50):
        loop.turn()
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(200):
        loop.turn()
    assert gc.mem_alloc() - before < 64
