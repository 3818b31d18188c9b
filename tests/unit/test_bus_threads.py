"""Others at the bus at the same moment: threads, scheduled callbacks, Ctrl-C."""

from modcore import BusFull, Kernel
from support import eventually, on_micropython


def listening(bus, filter):
    got = []
    bus.subscribe(filter, lambda topic, value: got.append((topic, value)))
    return got


def test_another_thread_may_publish():
    import _thread

    kernel = Kernel()
    got = listening(kernel.bus, "#")
    done = []

    def other():
        for i in range(20):
            kernel.bus.publish("n", i)
        kernel.bus.publish("level", 1, retain=True)
        kernel.bus.publish("level", 2, retain=True)
        done.append(1)

    kernel.step()
    _thread.start_new_thread(other, ())
    eventually(lambda: done)
    for _ in range(5):
        kernel.step()
    assert got[:20] == [("n", i) for i in range(20)]
    assert got[-1] == ("level", 2)


def test_a_full_inbox_of_another_thread_says_so():
    import _thread

    kernel = Kernel({"queue": 4})
    kernel.step()
    result = []

    def other():
        try:
            for i in range(9):
                kernel.bus.publish("n", i)
        except BusFull:
            result.append("full")
        except Exception as error:
            result.append(repr(error))

    _thread.start_new_thread(other, ())
    eventually(lambda: result)
    assert result == ["full"]
    assert kernel.bus.overflows == 1


def test_another_thread_that_publishes_nonsense_is_told_there():
    import _thread

    kernel = Kernel()
    kernel.step()
    result = []

    def other():
        try:
            kernel.bus.publish("a/+", 1)
        except ValueError as error:
            result.append(str(error))

    _thread.start_new_thread(other, ())
    eventually(lambda: result)
    assert "a/+" in result[0]


@on_micropython  # which has micropython.schedule
def test_a_scheduled_callback_may_publish():
    import micropython

    kernel = Kernel({"queue": 64})
    got = listening(kernel.bus, "+")
    count = [0]

    def callback(i):
        kernel.bus.publish("irq", i)
        count[0] += 1

    kernel.step()
    for i in range(200):
        micropython.schedule(callback, i)
        kernel.bus.publish("main", i)
        kernel.step()
    kernel.step()
    assert [v for t, v in got if t == "main"] == list(range(200))
    assert [v for t, v in got if t == "irq"] == list(range(200))


def test_ctrl_c_in_the_middle_of_a_publish_does_not_stop_the_bus():
    kernel = Kernel()
    got = listening(kernel.bus, "a")
    kernel.bus.publish("a", 1)
    kernel.bus._lock.acquire(False)  # as an interrupted publish leaves it
    kernel.bus.publish("a", 2)
    for _ in range(3):
        kernel.step()
    kernel.bus.publish("a", 3)
    kernel.step()
    assert got == [("a", 1), ("a", 2), ("a", 3)]


def test_whoever_sleeps_is_woken_by_an_event():
    bus = Kernel().bus
    woken = []
    bus.wake = lambda: woken.append(1)
    bus.publish("a", 1)
    assert woken == [1]
