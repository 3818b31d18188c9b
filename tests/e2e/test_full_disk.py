"""A flash without room: nothing fails, nothing is torn, it is said, and all goes on when there is room again."""

import json

import httpx
import plain_http
import pytest
from bus_witness import seen, witness

from processes import eventually

TOKYO = "JST-9"
CHATTER = """
from modcore import Module


class Chatter(Module):
    def start(self):
        self.count = 0
        self.every(200, self.speak)

    def speak(self):
        self.count += 1
        self.log.info("line", self.count)
"""


@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"])
def test_a_device_works_on_a_full_disk(device, runtime):
    config = {
        "name": "shed",
        "plugins": ["http_async", "log", "tz", "timers", "wlan"],
        "modules": ["chatter", "witness"],
        "log": {"file": "log.txt", "flush_ms": 100},
        "timers": {"alarms": {"wake": {"time": "06:30"}}},
        "wlan": {"networks": ["Home"], "check_s": 0.1, "allow": ["add"]},
        "tz": {"allow": ["zone"]},
    }
    files = {"chatter.py": CHATTER, "witness.py": witness("timers/wake/fired")}
    heap = "512K" if runtime == "micropython" else "256K"  # its objects are twice as large
    board = device(config=config, files=files, runtime=runtime, heap=heap)
    board.wifi.add("Home")
    url = board.url + "/api/"
    eventually(lambda: _answers(url), "the device")
    eventually(lambda: (board.files / "log.txt").exists(), "the file of the log")
    set_clock(board, 3)
    board.fill_disk()
    for path, value in (("tz/zone", TOKYO), ("wlan/add", {"ssid": "Shed", "password": "geheim-42"})):
        refused = plain_http.put(url + path, json=value)
        assert refused.status_code == 400 and "holds until the restart, but is not saved" in refused.text
    board.wait_for("no room for ")
    set_clock(board, 21, 29, 59)  # half past six in Tokyo
    board.wait_for("bus timers/wake/fired")
    eventually(
        lambda: "log.txt: the disk is full" in plain_http.get(board.url + "/log").text, "what ails the file"
    )
    # A power cut finds whole files, the old ones.
    board.power_cut()
    assert "zone" not in json.loads((board.files / "config.json").read_text())["tz"]
    assert not (board.files / "secrets.json").exists()
    board.fill_disk(None)
    board.start()
    eventually(lambda: _answers(url), "the device")
    assert plain_http.put(url + "tz/zone", json=TOKYO).status_code == 200
    assert json.loads((board.files / "config.json").read_text())["tz"]["zone"] == TOKYO
    size = (board.files / "log.txt").stat().st_size
    eventually(lambda: (board.files / "log.txt").stat().st_size > size, "more in the file")
    assert not seen(board, "$error/log") and "bus $error" not in board.text


def set_clock(board, *time):
    """Set the board's clock to a time of the first of May, in UTC."""
    board.call(board.world.clock.on_set, [2026, 5, 1] + (list(time) + [0, 0])[:3])


def _answers(url):
    try:
        return plain_http.get(url).status_code == 200
    except httpx.TransportError:
        return False
