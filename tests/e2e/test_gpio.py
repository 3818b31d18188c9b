"""Pins of a device: worn buttons, a kilohertz of pulses, voltages, and commands over HTTP."""

import httpx
import plain_http
import pytest
from bus_witness import seen, witness

from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]
PINS = {
    "button": {"mode": "in", "pin": 0, "pull": "up", "invert": True, "on_press": "gpio/lamp/toggle"},
    "lamp": {"mode": "out", "pin": 4, "invert": True},
    "fan": {"mode": "pwm", "pin": 12, "hz": 1000},
    "soil": {"mode": "adc", "pin": 34, "interval_ms": 50, "min": 1, "on_low": "test/dry"},
    "water": {"mode": "counter", "pin": 14, "period_ms": 200, "factor": 0.5},
}


@pytest.fixture(params=RUNTIMES)
def board(device, request):
    """A device with one pin of each kind."""
    board = device(
        config={"plugins": ["gpio", "http_async"], "modules": ["witness"], "gpio": {"pins": PINS}},
        files={"witness.py": witness("gpio/+/event", "gpio/+", "test/+")},
        runtime=request.param,
        heap="256K",
    )
    board.set_pin(0, 1)
    board.wait_for("bus gpio/water_total 0")
    yield board
    assert "Unhandled" not in board.text and "$error" not in board.text


def test_a_worn_button_switches_the_lamp(board):
    board.wait_pin(4, 1)
    for press in range(3):
        for level, count in ((0, 1), (1, 3)):
            board.bounce(0, level, times=5, ms=10)
            _wait_for_events(board, 3 * press + count)
        assert board.wait_pin(4, press % 2)
    assert seen(board, "gpio/button/event") == ["press", "release", "click"] * 3


def _wait_for_events(board, count):
    eventually(lambda: len(seen(board, "gpio/button/event")) == count, "{} events".format(count))


def test_no_pulse_is_lost_at_a_kilohertz(board):
    board.pulse(14, 2000, 1000)
    board.wait_for("bus gpio/water_total 1000")


def test_voltages_bounds_and_a_fan(board):
    board.set_volts(34, 2.0)
    assert board.wait_until(lambda: any(1.9 < volts < 2.1 for volts in seen(board, "gpio/soil")))
    board.set_volts(34, 0.2)
    board.wait_for("bus test/dry")
    answer = eventually(lambda: _put(board.url + "/api/gpio/fan", 30), "an answer")
    assert answer.status_code == 200
    board.wait_until(lambda: board.pin(12) == "1000 Hz 30 %")
    assert plain_http.put(board.url + "/api/gpio/fan", json=130).status_code == 400
    assert plain_http.put(board.url + "/api/gpio/lamp", json=True).status_code == 200
    assert board.wait_pin(4, 0)


def test_the_lamp_is_off_behind_a_power_cut_in_any_state(board):
    for _ in range(3):
        eventually(lambda: _put(board.url + "/api/gpio/lamp", True), "an answer")
        board.wait_pin(4, 0)
        board.power_cut()
        board.start()
        board.wait_for("bus gpio/water_total 0")
        assert board.wait_pin(4, 1)


def _put(url, value):
    try:
        return plain_http.put(url, json=value)
    except httpx.TransportError:
        return None
