"""A device that crashes again and again stays in reach: on the web, on MQTT, and one command brings it back."""

import httpx
import plain_http
import pytest
from bus_witness import witness

from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]
# A fault of the firmware: the board resets in the middle of the work.
FAULTY = """
import machine
from modcore import Module


class Valves(Module):
    def start(self):
        print("valves open")
        self.after(200, machine.reset)
"""
SOUND = FAULTY.replace("self.after(200, machine.reset)", 'self.property("0", "valve", value=False)')


def boot(device, runtime, **options):
    """Boot a device whose valves make it crash."""
    return device(
        config={
            "name": "shed",
            "plugins": ["safemode", "http_async", "mqtt", "wlan"],
            "modules": ["valves"],
            "mqtt": {"host": "broker.local"},
            "wlan": {"networks": ["Home"], "poll_ms": 20, "check_s": 0.05},
            "http_async": {"port": 80},
        },
        files={"valves.py": FAULTY},
        runtime=runtime,
        heap="256K",
        pc_clock=True,
        **options,
    )


def repair(board):
    """Put sound valves on the device."""
    (board.files / "valves.mpy").unlink(missing_ok=True)
    (board.files / "valves.py").write_text(SOUND)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_it_can_be_reached_repaired_and_left(device, runtime):
    board = boot(device, runtime)
    board.wifi.add("Home", "", -50)
    assert board.wait_until(lambda: "safe mode: 5 crashes" in board.text, 60)
    assert board.text.count("valves open") == 5
    api = eventually(lambda: _get(board.url + "/api"), "the API").json()
    assert "safemode" in str(api) and "'valves'" not in str(api)
    assert plain_http.get(board.url + "/api/safemode/active").json() is True
    page = plain_http.get(board.url + "/")
    assert page.status_code == 503 and "Leave safe mode" in page.text and "shed" in page.text
    # It stays over a power cut.
    board.power_cut()
    board.start()
    assert eventually(lambda: _get(board.url + "/api/safemode/active"), "the API").json() is True
    foreign = plain_http.post(board.url + "/safemode/leave", headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    repair(board)
    assert plain_http.post(board.url + "/safemode/leave").status_code == 200
    assert eventually(lambda: "valves open" in board.text.partition("safe mode is left")[2], "the valves")
    assert eventually(lambda: _get(board.url + "/api/valves/0"), "the valves").json() is False
    assert plain_http.get(board.url + "/api/safemode/active").json() is False
    assert plain_http.get(board.url + "/safemode").status_code == 404


def test_five_resets_by_the_watchdog_bring_it_too(device):
    hanging = FAULTY.replace("self.after(200, machine.reset)", "self.after(200, self.hang)") + (
        "\n    def hang(self):\n        while True:\n            pass\n"
    )
    board = device(
        config={
            "plugins": ["safemode", "watchdog", "http_async"],
            "modules": ["valves"],
            "watchdog": {"timeout_ms": 500, "deadline_ms": 300},
        },
        files={"valves.py": hanging},
        heap="256K",
        pc_clock=True,
    )
    assert board.wait_until(lambda: "safe mode: 5 crashes" in board.text, 60)
    assert board.text.count("valves open") == 5
    assert eventually(lambda: _get(board.url + "/api/safemode/active"), "the API").json() is True
    repair(board)
    assert plain_http.put(board.url + "/api/safemode/leave", json=True).status_code == 200
    assert eventually(lambda: _get(board.url + "/api/valves/0"), "the valves").json() is False


def test_the_broker_is_told_and_may_end_it(device, mosquitto):
    board = boot(device, "micropython32", broker=mosquitto, virtual_clock=True)
    board.wifi.add("Home", "", -50)
    for _ in range(40):
        if "safe mode: 5 crashes" in board.text:
            break
        board.forward(5)
    assert "safe mode: 5 crashes" in board.text
    board.forward(40)
    told = mosquitto_value(mosquitto, "modcore/shed/safemode/active", board)
    assert told == "true"
    repair(board)
    publish(mosquitto, "modcore/shed/safemode/leave/set", "true")
    eventually(lambda: board.forward(1) or "safe mode is left" in board.text, "the command")
    eventually(lambda: board.forward(1) or board.text.count("valves open") == 6, "the valves")


def mosquitto_value(mosquitto, topic, board):
    """The retained value of a topic on the broker."""
    import subprocess

    from processes import tool

    def ask():
        board.forward(2)
        done = subprocess.run(
            [tool("mosquitto_sub"), "-p", str(mosquitto.port), "-t", topic, "-C", "1", "-W", "1"],
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout.strip()

    return eventually(ask, topic)


def publish(mosquitto, topic, payload):
    """Publish on the broker."""
    import subprocess

    from processes import tool

    subprocess.run([tool("mosquitto_pub"), "-p", str(mosquitto.port), "-t", topic, "-m", payload], check=True)


def _get(url):
    try:
        answer = plain_http.get(url)
        return answer if answer.status_code == 200 else None
    except httpx.TransportError:
        return None


def test_a_power_cut_at_any_moment_of_the_crashes_leaves_a_device_that_starts(device):
    board = device(
        config={"plugins": ["safemode", "http_async"], "modules": ["valves", "witness"]},
        files={"valves.py": FAULTY, "witness.py": witness("safemode/+")},
        runtime="micropython32",
        pc_clock=True,
    )
    for ms in range(0, 300, 25):
        board.wait_until(lambda: False, ms / 1000)
        board.power_cut()
        board.start()
    assert board.wait_until(lambda: "safe mode: " in board.text, 60)
    assert eventually(lambda: _get(board.url + "/api/safemode/active"), "the API").json() is True
