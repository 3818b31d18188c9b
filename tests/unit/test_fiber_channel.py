"""Channels between fibers, and events."""

from plugins.fiber import Channel, Closed, Event, Flag, Loop, Timeout
from support import raises


def writer(channel, items, close=True):
    for item in items:
        yield channel.put(item)
    if close:
        channel.close()


def reader(channel):
    got = []
    while True:
        try:
            got.append((yield channel.get()))
        except Closed:
            return got


def test_items_arrive_in_order_and_close_ends_the_reader():
    for capacity in (0, 1, 3, 100):
        loop = Loop()
        channel = Channel(capacity)
        loop.spawn(writer(channel, list(range(10))))
        assert loop.run(loop.spawn(reader(channel))) == list(range(10)), capacity


def test_none_is_an_item_like_any_other():
    loop = Loop()
    channel = Channel(2)
    loop.spawn(writer(channel, [None, 0, None]))
    assert loop.run(loop.spawn(reader(channel))) == [None, 0, None]


def test_a_writer_waits_while_the_channel_is_full():
    loop = Loop()
    channel = Channel(2)
    fiber = loop.spawn(writer(channel, [1, 2, 3]))
    for _ in range(6):
        loop.turn()
    assert len(channel) == 2 and not fiber.done
    assert channel.take() == 1
    loop.run(fiber)
    assert channel.take() == 2 and channel.take() == 3 and channel.take("none") == "none"


def test_without_capacity_a_writer_meets_its_reader():
    loop = Loop()
    channel = Channel(0)
    fiber = loop.spawn(writer(channel, ["x"], False))
    for _ in range(4):
        loop.turn()
    assert not fiber.done and len(channel) == 0
    assert channel.take() == "x"
    loop.run(fiber)


def test_several_writers_and_readers_share_a_channel_fairly():
    loop = Loop()
    channel = Channel(1)
    readers = [loop.spawn(reader(channel)) for _ in range(3)]
    writers = [loop.spawn(writer(channel, range(n, n + 4), False)) for n in (0, 10, 20)]

    def closer():
        yield from writers
        channel.close()

    loop.spawn(closer())
    loop.run()
    got = [fiber.result for fiber in readers]
    assert sorted(got[0] + got[1] + got[2]) == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]
    assert min([len(g) for g in got]) >= 2


def test_close_fails_the_writers_that_wait_and_those_that_come():
    def late(channel):
        try:
            yield channel.put(2)
        except Closed:
            return "closed"

    loop = Loop()
    channel = Channel(0)
    fiber = loop.spawn(late(channel))
    loop.turn()
    channel.close()
    assert loop.run(fiber) == "closed"
    assert loop.run(loop.spawn(late(channel))) == "closed"
    raises(Closed, channel.offer, 3)


def test_offer_and_take_never_wait():
    channel = Channel(1)
    assert channel.offer("a") is True
    assert channel.offer("b") is False
    assert channel.take() == "a"
    assert channel.take() is None


def test_a_reader_that_gives_up_loses_no_item():
    def impatient(loop, channel):
        try:
            yield from loop.within(10, channel.get())
        except Timeout:
            return "none yet"

    loop = Loop()
    channel = Channel(1)
    assert loop.run(loop.spawn(impatient(loop, channel))) == "none yet"
    assert channel.offer("later")
    assert channel.take() == "later"


def test_a_writer_that_is_killed_leaves_no_item():
    loop = Loop()
    channel = Channel(0)
    fiber = loop.spawn(writer(channel, [1]))
    loop.turn()
    fiber.kill()
    assert channel.take("none") == "none"


def test_an_event_wakes_all_that_wait_and_those_that_come_later():
    def waiter(event):
        return (yield event)

    loop = Loop()
    event = Event()
    early = [loop.spawn(waiter(event)) for _ in range(2)]
    loop.turn()
    event.set("now")
    late = loop.spawn(waiter(event))
    loop.run()
    assert [f.result for f in early] == ["now", "now"] and late.result == "now"
    event.clear()
    fiber = loop.spawn(waiter(event))
    loop.turn()
    assert not fiber.done and not event.is_set()
    fiber.kill()


def test_a_flag_wakes_the_fiber_and_remembers_a_set():
    def waiter(flag):
        yield flag
        yield flag
        return "twice"

    loop = Loop()
    flag = Flag()
    fiber = loop.spawn(waiter(flag))
    flag.set()
    for _ in range(4):
        loop.turn(10)
    assert not fiber.done
    flag.set()
    assert loop.run(fiber) == "twice"
    flag.close()


def test_a_flag_that_is_set_while_nobody_waits_keeps_no_loop_awake():
    from modcore.ticks import ticks_diff, ticks_ms

    def waiter(flag):
        yield flag
        flag.set()
        yield 40
        yield flag

    loop = Loop()
    flag = Flag()
    fiber = loop.spawn(waiter(flag))
    flag.set()
    turns = ms = 0
    start = ticks_ms()
    while not fiber.done:
        ms = loop.turn(ms)
        turns += 1
    assert turns < 20 and ticks_diff(ticks_ms(), start) >= 40
    flag.close()


def test_only_one_fiber_waits_for_a_flag():
    def waiter(flag):
        yield flag

    loop = Loop(on_error=lambda fiber, error: None)
    flag = Flag()
    first = loop.spawn(waiter(flag))
    second = loop.spawn(waiter(flag))
    loop.turn()
    loop.turn()
    assert isinstance(second.error, RuntimeError) and not first.done
    first.kill()
    flag.close()
