"""Commands for the device over HTTP and MQTT: nothing that can do harm until it is allowed."""

import httpx
import plain_http
import pytest
from bus_witness import witness

from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_what_is_not_allowed_is_not_there(device, runtime):
    board = device(config={"plugins": ["control", "http_async"]}, runtime=runtime, heap="256K")
    api = eventually(lambda: _get(board.url + "/api"), "the API").json()
    text = str(api)
    assert "control/gc" in text or "'gc'" in text
    for name in ("reset", "restart", "exit", "break", "led"):
        assert plain_http.put(board.url + "/api/control/" + name, json=True).status_code == 404
    assert plain_http.put(board.url + "/api/control/gc", json=True).status_code == 200
    assert board.boots == 1


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_reset_answers_first_and_stops_the_modules(device, runtime):
    board = device(
        config={
            "plugins": ["control", "http_async"],
            "modules": ["witness"],
            "control": {"allow": ["reset"], "pins": {"led": 2}},
        },
        files={"witness.py": witness("$restart", "$state/#")},
        runtime=runtime,
        heap="256K",
    )
    eventually(lambda: _get(board.url + "/api"), "the API")
    assert plain_http.put(board.url + "/api/control/led", json="toggle").status_code == 200
    assert board.wait_pin(2, 1)
    assert plain_http.put(board.url + "/api/control/reset", json=True).status_code == 200
    board.wait_for('bus $restart "command"')
    board.wait_until(lambda: board.boots == 2)
    assert eventually(lambda: _get(board.url + "/api"), "the API")


def test_exit_gives_the_prompt_back(device):
    board = device(config={"plugins": ["control", "http_async"], "control": {"allow": ["exit"]}}, heap="256K")
    eventually(lambda: _get(board.url + "/api"), "the API")
    assert plain_http.put(board.url + "/api/control/exit", json=True).status_code == 200
    eventually(lambda: not _get(board.url + "/api"), "the end")
    state = board.exec("import modcore\nprint(modcore.device.modules['control'].state)")
    assert state.strip() == "STOPPED"
    assert board.is_on() and board.boots == 1


def _get(url):
    try:
        return plain_http.get(url)
    except httpx.TransportError:
        return None
