"""Timers of a device by configuration alone: pins that blink, alarms over clock jumps, resets and power cuts."""

import pytest
from bus_witness import seen, witness

RUNTIMES = ["cpython", "micropython", "micropython32"]
DAY = [2026, 5, 1]


@pytest.fixture(params=RUNTIMES)
def board(device, request):
    """A device with an alarm at half past six and a lamp that blinks."""
    return device(
        config={
            "plugins": ["timers", "tz", "gpio"],
            "modules": ["witness"],
            "tz": {"zone": "CET-1CEST,M3.5.0,M10.5.0/3"},
            "gpio": {"pins": {"lamp": {"pin": 4}, "horn": {"pin": 5}}},
            "timers": {
                "intervals": {"blink": {"every": "100 ms", "fire": "gpio/lamp/toggle"}},
                "alarms": {"wake": {"time": "06:30", "fire": [["gpio/horn/set", True]]}},
            },
        },
        files={"witness.py": witness("timers/wake/fired", "timers/next", "gpio/lamp")},
        runtime=request.param,
        heap="256K",
    )


def set_clock(board, hour, minute, second):
    """Set the board's clock to a time in UTC; it says nothing to the program."""
    board.call(board.world.clock.on_set, DAY + [hour, minute, second])


def test_a_lamp_blinks_without_a_line_of_code(board):
    for level in (1, 0, 1, 0):
        assert board.wait_pin(4, level)


def test_a_clock_that_jumps_brings_the_alarm_once(board):
    board.wait_for("bus gpio/lamp")
    set_clock(board, 3, 0, 0)
    board.wait_for('bus timers/next "2026-05-01T04:30:00Z"')
    set_clock(board, 5, 0, 0)
    board.wait_for('bus timers/wake/fired "2026-05-01 06:30:00"')
    assert board.wait_pin(5, 1)
    for _ in range(3):
        set_clock(board, 4, 29, 59)
        board.wait_until(lambda: False, 1.5)
    assert len(seen(board, "timers/wake/fired")) == 1


def test_the_power_is_cut_again_and_again_around_the_alarm(board):
    board.wait_for("bus gpio/lamp")
    set_clock(board, 3, 0, 0)
    board.wait_for('bus timers/next "2026-05-01T04:30:00Z"')
    # The clock starts again after each cut, as from the network; the alarm comes in one of these lives.
    for life in range(8):
        board.power_cut()
        board.start()
        board.wait_for("bus gpio/lamp")
        set_clock(board, 4, 29, 56 + life % 4)
        board.wait_until(lambda: False, 0.4 + 0.2 * life)
    set_clock(board, 4, 30, 5)
    board.wait_until(lambda: bool(seen(board, "timers/wake/fired")))
    assert seen(board, "timers/wake/fired") == ["2026-05-01 06:30:00"]
