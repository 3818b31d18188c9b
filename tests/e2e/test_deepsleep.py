"""A device on a battery: a day of short work and long sleep, alarms in between, in seconds."""

from bus_witness import seen, witness

from processes import eventually


def test_a_day_of_sleep_loses_no_alarm_and_leaves_the_heap_where_it_was(device):
    board = device(
        config={
            "name": "shed",
            "plugins": ["tz", "timers", "deepsleep", "sysinfo"],
            "modules": ["witness"],
            "tz": {"zone": "CET-1CEST,M3.5.0,M10.5.0/3"},
            "deepsleep": {"sleep_s": 1800, "awake_s": 20},
            "timers": {
                "alarms": {
                    "morning": {"time": "06:30"},
                    "noon": {"time": "12:00", "utc": True},
                    "evening": {"time": "20:15:30"},
                },
                "after": {"heap": {"delay": "10 s", "fire": "test/heap"}},
            },
        },
        files={"witness.py": witness("timers/+/fired", "deepsleep/wake_reason", "sysinfo/reset_cause")},
        runtime="micropython32",
        virtual_clock=True,
        heap="128K",
    )
    board.wait_for("bus deepsleep/wake_reason")
    # The battery's clock was set once: on the day before summer time begins, at 08:00.
    board.call(board.world.clock.on_set, [2026, 3, 28, 7, 0, 0])
    board.forward(30 * 3600, 240)
    alarms = [line.split(" ", 2)[1:] for line in board.text.splitlines() if line.startswith("bus timers/")]
    fired = [(topic[7:-6], value.strip('"')) for topic, value in alarms if "heap" not in topic]
    assert fired == [
        ("noon", "2026-03-28 12:00:00"),
        ("evening", "2026-03-28 20:15:30"),
        ("morning", "2026-03-29 06:30:00"),
        ("noon", "2026-03-29 12:00:00"),
    ]
    reasons = seen(board, "deepsleep/wake_reason")
    assert reasons[0] == "none" and set(reasons[reasons.index("timer") :]) == {"timer"}
    assert board.boots > 55
    heaps = [int(line.split()[1]) for line in board.text.splitlines() if line.startswith("heap ")]
    # Some boots have loaded the code of an alarm by then: the least of the first ones against that of the last ones.
    assert len(heaps) > 50 and abs(min(heaps[2:12]) - min(heaps[-10:])) < 1024
    assert "$error" not in board.text


def test_a_pin_wakes_it(device):
    board = device(
        config={
            "plugins": ["deepsleep"],
            "modules": ["witness"],
            "deepsleep": {"awake_s": 0.3, "pins": [4], "level": 1},
        },
        files={"witness.py": witness("deepsleep/wake_reason")},
        heap="256K",
    )
    board.wait_for('bus deepsleep/wake_reason "none"')
    for _ in range(3):
        board.set_pin(4, 0)
        assert eventually(lambda: board.call(lambda: board.world.power.asleep) == "deep", "sleep")
        board.set_pin(4, 1)
        board.wait_for('bus deepsleep/wake_reason "pin"')
