"""Clicks, double clicks and long presses, told from the times of a button alone."""

import plugins.gpio.press as file
from plugins.gpio.press import Press


class Button:
    """A Press with a clock of the test's own; `seen` is what it has told since the last look."""

    def __init__(self, long_ms=500, double_ms=300):
        self.told = []
        self.now = 0
        self.press = Press(long_ms, double_ms, self.told.append)
        self.real = file.ticks_ms
        file.ticks_ms = lambda: self.now

    def __enter__(self):
        return self

    def __exit__(self, *error):
        file.ticks_ms = self.real

    def down(self, ms):
        self.now += ms
        self.press.pressed(self.now)

    def up(self, ms):
        self.now += ms
        self.press.released(self.now)

    def turn(self, ms):
        self.now += ms
        return self.press.turn()

    def seen(self):
        told = list(self.told)
        self.told.clear()
        return told


def test_a_click_is_told_when_no_second_press_can_come():
    with Button() as button:
        button.down(0)
        button.up(100)
        assert button.turn(0) == 300 and button.turn(299) == 1
        assert button.seen() == ["press", "release"]
        assert button.turn(1) is None and button.seen() == ["click"]
        assert button.turn(1000) is None and button.seen() == []


def test_a_press_as_late_as_the_click_is_no_double():
    with Button() as button:
        button.down(0)
        button.up(10)
        button.down(300)
        assert button.seen() == ["press", "release", "click", "press"]
        button.up(10)
        button.down(299)
        assert button.seen() == ["release", "press", "double"]


def test_a_second_press_is_neither_long_nor_the_first_of_another_double():
    with Button() as button:
        button.down(0)
        button.up(10)
        button.down(10)
        assert button.seen() == ["press", "release", "press", "double"]
        assert button.turn(5000) is None and button.seen() == []
        button.up(10)
        assert button.turn(5000) is None and button.seen() == ["release"]
        button.down(0)
        assert button.seen() == ["press"]


def test_a_long_press_is_told_at_its_moment_and_is_no_click():
    with Button() as button:
        button.down(0)
        assert button.turn(0) == 500 and button.turn(499) == 1
        assert button.seen() == ["press"]
        assert button.turn(1) is None and button.seen() == ["long"]
        button.up(100)
        assert button.turn(1000) is None and button.seen() == ["release"]


def test_a_long_press_that_nobody_looked_at_is_told_with_its_release():
    with Button() as button:
        button.down(0)
        button.up(500)
        assert button.seen() == ["press", "long", "release"]
        button.down(0)
        button.up(499)
        button.turn(300)
        assert button.seen() == ["press", "release", "click"]
