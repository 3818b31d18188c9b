"""The watchdog of a device: a program that hangs is reset, and says afterwards why it started."""

import pytest
from bus_witness import witness

RUNTIMES = ["cpython", "micropython", "micropython32"]
HANGS = """
from modcore import Module


class Hangs(Module):
    def start(self):
        if self.kernel.bus.get("sysinfo/reset_cause") == "watchdog":
            print("after the watchdog")
        else:
            self.after(300, self.hang)

    def hang(self):
        print("hangs")
        while True:
            pass
"""


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_program_that_hangs_is_reset(device, runtime):
    board = device(
        config={
            "plugins": ["sysinfo", "watchdog"],
            "modules": ["hangs"],
            "watchdog": {"timeout_ms": 1500, "deadline_ms": 1000},
        },
        files={"hangs.py": HANGS},
        runtime=runtime,
        heap="256K",
    )
    board.wait_for("hangs")
    board.wait_for("after the watchdog")
    assert board.boots == 2


def test_a_silent_sensor_is_reset_and_a_busy_device_is_not(device):
    board = device(
        config={
            "plugins": ["sysinfo", "watchdog", "timers"],
            "modules": ["witness"],
            "watchdog": {"topics": {"timers/beat/fired": 600}},
            "timers": {"file": "", "intervals": {"beat": {"every": "5 min"}}},
        },
        files={"witness.py": witness("sysinfo/reset_cause", "watchdog/misses")},
        virtual_clock=True,
        heap="256K",
    )
    board.wait_for('bus sysinfo/reset_cause "power"')
    board.forward(1300)  # more than twice its patience
    assert board.boots == 1
    program = (board.files / "config.json").read_text()
    (board.files / "config.json").write_text(program.replace('"5 min"', '"30 min"'))
    board.reset()
    board.wait_for('bus sysinfo/reset_cause "reset"')
    board.forward(700)
    board.wait_for('bus sysinfo/reset_cause "watchdog"')
