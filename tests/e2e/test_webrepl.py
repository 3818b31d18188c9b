"""WebREPL on a device: off without a password, on and off by its switch; the port is the board's."""

import httpx
import plain_http
import pytest
from bus_witness import witness
from mqtt_rogues import with_secrets

from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_switch_and_the_password(device, runtime):
    files = {
        "witness.py": witness("webrepl/on"),
        "main.py": with_secrets({"webrepl": {"password": "hunter22"}}),
    }
    config = {
        "plugins": ["webrepl", "http_async"],
        "modules": ["witness"],
        "webrepl": {"port": 8267, "allow": ["on"]},
    }
    board = device(config=config, files=files, runtime=runtime, heap="256K")
    board.wait_for("bus webrepl/on true")
    assert board.call(lambda: board.world.wifi.webrepl) == 8267
    eventually(lambda: _get(board.url + "/api/webrepl/on"), "the API")
    assert "hunter22" not in plain_http.get(board.url + "/api").text
    assert plain_http.put(board.url + "/api/webrepl/on", json=False).status_code == 200
    assert eventually(lambda: board.call(lambda: board.world.wifi.webrepl) is None, "the end")
    assert plain_http.put(board.url + "/api/webrepl/on", json=True).status_code == 200
    assert board.call(lambda: board.world.wifi.webrepl) == 8267


def test_without_a_password_it_stays_off(device):
    board = device(config={"plugins": ["webrepl", "http_async"], "webrepl": {"allow": ["on"]}}, heap="256K")
    answer = eventually(lambda: _get(board.url + "/api/webrepl/on"), "the API")
    assert answer.json() is False
    refused = plain_http.put(board.url + "/api/webrepl/on", json=True)
    assert refused.status_code == 400 and "4 to 9" in refused.text
    assert board.call(lambda: board.world.wifi.webrepl) is None


def _get(url):
    try:
        answer = plain_http.get(url)
        return answer if answer.status_code == 200 else None
    except httpx.TransportError:
        return None
