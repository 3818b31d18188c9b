"""Counters and flags for hard interrupts."""

from modcore.irq_safe import Counter, Flag
from support import allocated, on_micropython


def test_a_counter_counts_hits_over_its_wrap():
    counter = Counter()
    before = counter.value = (1 << 30) - 3
    for _ in range(5):
        counter.hit("pin")
    assert counter.value == 2
    assert counter.since(before) == 5


def test_a_flag_is_taken_once():
    flag = Flag()
    assert not flag.take()
    flag.set("pin")
    flag.set()
    assert flag.take()
    assert not flag.take()


@on_micropython
def test_neither_takes_heap():
    counter = Counter()
    flag = Flag()

    def interrupt():
        counter.hit(None)
        flag.set(None)
        flag.take()

    assert allocated(interrupt) == 0
