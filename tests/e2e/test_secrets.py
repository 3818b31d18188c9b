"""Secrets on a device: read as people write them, never seen by others, and never missing in a way that opens it."""

import contextlib
import json
import threading

import httpx
import plain_http
import pytest
from witness import WITNESS

from peers import Events, Mqtt
from processes import eventually

MARK = "Geheim42"
SECRETS = {
    "wlan": {"passwords": {"Home": MARK + "-wlan"}},
    "softap": {"password": MARK + "-softap"},
    "webrepl": {"password": MARK},
    "mqtt": {"user": "garden", "password": MARK + "-mqtt"},
    "http": {
        "users": {"anna": {"password": MARK + "-anna", "groups": ["family"]}},
        "tokens": {"grafana": {"token": MARK + "-token-of-grafana", "groups": ["family"]}},
    },
}
ALLOWED = {
    "wlan": ["scan", "add", "forget", "restart"],
    "softap": ["mode", "password"],
    "webrepl": ["on", "password"],
    "log": ["level", "levels"],
}


def written(secrets):
    """A main.py of a device on which somebody has written secrets.json (bytes, or an object), once."""
    raw = secrets if isinstance(secrets, bytes) else json.dumps(secrets).encode()
    return (
        "import os\nimport modcore\nif 'written' not in os.listdir():\n    open('written', 'w').close()\n"
        "    with open('secrets.json', 'wb') as f:\n        f.write({!r})\nmodcore.main()\n".format(raw)
    )


def config(**more):
    """Return what all the devices here have in common, with `more`."""
    found = {
        "name": "shed",
        "plugins": ["wlan", "softap", "webrepl", "http_windup", "log"],
        "modules": ["witness"],
        "wlan": {"networks": ["Home"], "retry_s": 0.2, "retry_max_s": 1, "poll_ms": 50, "check_s": 0.1},
        "softap": {"mode": "on", "dns_port": 0},
        "log": {"level": "debug"},
    }
    for id in ALLOWED:
        found.setdefault(id, {})["allow"] = ALLOWED[id]
    found.update(more)
    return found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_secrets_written_by_an_editor_of_windows_are_read(device, encoding):
    text = json.dumps(SECRETS, indent=2).replace("\n", "\r\n")
    files = {"witness.py": WITNESS, "main.py": written(text.encode(encoding))}
    board = device(config=config(), files=files, heap="256K")
    board.wifi.add("Home", MARK + "-wlan")
    board.wait_for("bus softap/on true")
    board.wait_for("bus wlan/connected true")
    assert board.call(lambda: board.world.wifi.ap.parameters["password"]) == MARK + "-softap"


@pytest.mark.parametrize("broken", [b'{"softap": {"password": "', b"\xff\xfe\xfd", b"[]"])
def test_secrets_that_can_not_be_read_leave_the_access_point_closed(device, broken):
    files = {"witness.py": WITNESS, "main.py": written(broken)}
    board = device(config=config(), files=files, heap="256K")
    evil = board.wifi.add("Home", "")  # somebody opens a network of that name
    board.wait_for("bus softap/error")
    board.wait_for("the password is missing")
    assert not board.call(lambda: board.world.wifi.ap.active)
    assert board.call(lambda: board.world.wifi.joined) is not evil
    assert "bus webrepl/on true" not in board.text


def test_the_last_good_copy_takes_the_place_of_broken_secrets(device):
    board = device(config=config(), files={"witness.py": WITNESS, "main.py": written(SECRETS)}, heap="256K")
    board.wifi.add("Home", MARK + "-wlan")
    board.wait_for("bus wlan/connected true")
    board.power_cut()
    (board.files / "secrets.json").write_text('{"wlan": {"passwords": ')
    board.start()
    board.wait_for("bus softap/on true")
    board.wait_for("bus wlan/connected true")
    assert board.call(lambda: board.world.wifi.ap.parameters["password"]) == MARK + "-softap"


def test_nobody_sees_a_secret(device, mosquitto):
    """Each holds a mark, which is looked for wherever something comes out of the device."""
    more = {
        "plugins": ["wlan", "softap", "webrepl", "http_windup", "http_auth", "mqtt", "log"],
        "mqtt": {"host": "broker.local"},
        "http": {"root": "."},
    }
    files = {"witness.py": WITNESS, "main.py": written(SECRETS)}
    board = device(config=config(**more), files=files, broker=mosquitto, heap="384K")
    board.wifi.add("Home", MARK + "-wlan")
    board.wait_for("bus wlan/connected true")
    eventually(lambda: _get(board.url + "/api/mqtt/connected") is True, "the broker")
    seen = []
    base = "modcore/shed/"
    commands = (
        ("wlan/add", {"ssid": "Cafe", "password": MARK + "-cafe"}),
        ("wlan/add", {"ssid": "Cafe", "password": MARK * 20}),
        ("wlan/add", {"ssid": "", "password": MARK}),
        ("wlan/add", MARK),
        ("softap/password", MARK * 20),
        ("softap/password", MARK[:5]),
        ("softap/password", MARK + "-other"),
        ("webrepl/password", MARK + "9"),
        ("webrepl/password", MARK * 3),
    )
    filters = ("%23", "%2B/%2B/set", "wlan/add/set", "$log/%23", "%2B/%23")
    with Mqtt(mosquitto.port, base + "#") as mqtt, Events(board.url) as events:
        heard = []
        for filter in filters:
            _listen(board.url + "/api/events?filter=" + filter, heard)
        for topic, value in commands:
            mqtt.publish(base + topic + "/set", json.dumps(value))
            answer = plain_http.put(board.url + "/api/" + topic, json=value)
            seen.append(answer.text)
        eventually(lambda: mqtt.last(base + "wlan/known") == '["Home", "Cafe"]', "the network")
        eventually(lambda: mqtt.last(base + "webrepl/password/error"), "the last refusal")
        for path in ("", "/wlan/known", "/wlan/add", "/softap/password", "/webrepl/password", "/nothing"):
            seen.append(plain_http.get(board.url + "/api" + path).text)
        for path in (
            "/log",
            "/secrets.json",
            "/secrets.json.good",
            "/./secrets.json",
            "/config.json",
            "/secrets.json.bad",
        ):
            seen.append(plain_http.get(board.url + path).text)
        seen.append(str([m for m in mqtt.messages if not m[0].endswith("/set")]))
        seen.append(str(events.events))
        assert len(events.events) > 10
        eventually(lambda: "wlan/known" in "".join(heard), "the streams")
    seen.append("".join(heard))
    seen.append(board.text)
    for text in seen:
        assert "eheim" not in text, text[max(0, text.index("eheim") - 300) : text.index("eheim") + 100]
    saved = json.loads((board.files / "secrets.json").read_text())
    assert saved["softap"]["password"] == MARK + "-other" and saved["webrepl"]["password"] == MARK + "9"
    assert saved["wlan"]["passwords"]["Cafe"] == MARK + "-cafe"
    assert "eheim" not in (board.files / "config.json").read_text()


def _listen(url, heard):
    """Put what an event stream brings into a list, from now on."""
    ready = threading.Event()

    def read():
        with contextlib.suppress(httpx.HTTPError), plain_http.stream("GET", url, timeout=60) as answer:
            for text in answer.iter_text():
                heard.append(text)
                ready.set()
        ready.set()  # refused

    threading.Thread(target=read, daemon=True).start()
    ready.wait(20)  # a filter that nothing matches brings its first comment later


def _get(url):
    try:
        return plain_http.get(url).json()
    except (httpx.HTTPError, ValueError):
        return None
