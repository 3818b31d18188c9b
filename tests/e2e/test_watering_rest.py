"""The REST interface of the watering sample: what it answers; schemathesis over its OpenAPI file, on both servers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import plain_http
import pytest

from processes import eventually

SAMPLE = Path(__file__).resolve().parent.parent.parent / "samples" / "watering"
CONFIG = json.loads((SAMPLE / "config.json").read_text())
# For each operation, beside those of the coverage phase; `make soak` asks for more.
EXAMPLES = int(os.environ.get("REST_EXAMPLES", 6))
# What ends the device is not for a machine that tries everything.
ENDING = r"reboot/\{|exit|break"


@pytest.fixture(params=["http_async", "http_windup"])
def board(device, request):
    """The whole application on real MicroPython, with one of the servers."""
    server = request.param
    plugins = [server if name == "http_async" else name for name in CONFIG["plugins"] if name != "mqtt"]
    plugins = [name for name in plugins if name != "homeassistant"]
    board = device("samples/watering", {"plugins": plugins}, heap="512K", pc_clock=True)
    eventually(lambda: _answers(board), "the web server")
    return board


def _answers(board):
    try:
        return plain_http.get(board.url + "/watering/state", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


# Too much is refused, too: schemathesis does not know of 413, 414 and 431.
CHECKS = """[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, 429, 431]
"""


@pytest.mark.patience(300 + 20 * EXAMPLES)
def test_schemathesis_finds_nothing(board, tmp_path):
    (tmp_path / "schemathesis.toml").write_text(CHECKS)
    found = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"), "run", board.url + "/openapi.json", "-n", str(EXAMPLES),
            "--seed", "1", "--exclude-path-regex", ENDING, "--no-color",
        ],
        cwd=tmp_path,  # where it leaves its cache
        capture_output=True,
        text=True,
        timeout=240 + 20 * EXAMPLES,
    )  # fmt: skip
    said = "\n".join([line[:400] for line in found.stdout.splitlines()])
    assert found.returncode == 0, said[-8000:] + found.stderr[-2000:]


def test_the_reference_finds_its_paths_and_shapes(board):
    def ask(method, path, body=None, **headers):
        answer = plain_http.request(method, board.url + path, json=body, headers=headers, timeout=20)
        return answer.status_code, answer

    status, answer = ask("GET", "/watering/valves")
    assert status == 200 and {"pin", "name", "disabled", "error", "state", "pause", "result"} <= set(
        answer.json()[0]
    )
    # Tasks as lists, a schedule with one time, days as 0 and 1: as the reference has them.
    programs = [{"id": 5, "name": "Old", "active": True, "tasks": [[60, 0, 30]]}]
    status, answer = ask("POST", "/watering/programs", programs)
    assert status == 200 and answer.json()[0]["tasks"] == [{"0": 60, "2": 30}]
    old = [
        {"id": 7, "name": "S", "program": 5, "time": "06:00", "dow": [0, 1, 1, 1, 1, 1, 0], "active": True}
    ]
    status, answer = ask("POST", "/watering/scheduled", old)
    assert status == 200 and answer.json()[0]["times"] == ["06:00"]
    tag = answer.headers["etag"]
    assert ask("POST", "/watering/scheduled", old, **{"If-Match": tag})[0] == 200
    status, answer = ask("POST", "/watering/scheduled", old, **{"If-Match": tag})
    assert status == 409 and "somebody else" in answer.json()["error"]
    assert ask("POST", "/watering/program/play/5")[0] == 200
    eventually(lambda: board.pin(4) == 1)
    state = ask("GET", "/watering/state")[1].json()
    assert 50 <= state["current"]["0"] <= 60 and state["curstates"]["0"] is True and state["running"] == "Old"
    assert 50 <= state["curtasks"]["0"]["diff"] <= 60
    assert ask("POST", "/watering/pause/true")[1].json() == {"state": True}
    eventually(lambda: board.pin(4) == 0)
    status, answer = ask("GET", "/watering/pause/false")
    assert status == 405 and "POST" in answer.headers["allow"], "a GET changes nothing"
    assert ask("GET", "/watering/state")[1].json()["scheduler_pause"] is True
    assert ask("POST", "/watering/pause/false")[0] == 200
    assert ask("POST", "/watering/state/stop")[0] == 200
    assert ask("POST", "/watering/valve/1/True", {"seconds": 2})[1].json()["left"] <= 2
    eventually(lambda: board.pin(27) == 1)
    eventually(lambda: board.pin(27) == 0)
    assert ask("POST", "/watering/valve/7/true")[0] == 409, "it is disabled"
    for path in ("/watering/valve/8", "/watering/valve/x", "/watering/nothing", "/system/nothing"):
        status, answer = ask("GET", path)
        assert status == 404 and answer.json()["error"], path
    assert ask("POST", "/watering/programs", [{"id": 1}])[0] == 400
    assert plain_http.post(board.url + "/watering/programs", content=b"{", timeout=20).status_code == 400
    lines = ask("GET", "/watering/history")[1].text.splitlines()
    assert lines[0].startswith("start,valve,name")
    assert any("Beds" in line and "done" in line for line in lines), lines
    flow = ask("GET", "/watering/flow")[1].json()["flow"]
    assert {
        "pin",
        "total",
        "total_liter",
        "current",
        "current_liter",
        "max",
        "liter_ratio",
        "time_out",
        "time_base",
    } <= set(flow)
    old = {key: flow[key] for key in ("pin", "max", "liter_ratio", "time_out", "time_base")}
    assert ask("POST", "/watering/flow/config", {"flow": old})[1].json()["flow"]["time_base"] == 1000
    wide = dict(old, max=-1, time_out=3, time_base=500)
    flow = ask("POST", "/watering/flow/config", {"flow": wide})[1].json()["flow"]
    assert flow["time_out"] * flow["time_base"] == 1500 and flow["max"] == 0, "off"
    info = ask("GET", "/system/info")[1].json()
    assert info["app"] == "watering" and len(info["localtime_tz"]) == 8 and info["wlan"]["ip"] is not None
    assert ask("GET", "/system/ping")[1].json() == {"ping": "pong"}


def test_settings_have_versions_and_say_what_they_take(board):
    def ask(path, body=None, **headers):
        if body is None:
            return plain_http.get(board.url + path, timeout=20)
        return plain_http.post(board.url + path, json=body, headers=headers, timeout=20)

    for path, target, change in (
        (
            "/watering/settings",
            "/watering/settings",
            {"player": {"save_s": 30}, "schedules": {"months": [90] * 12}},
        ),
        ("/watering/valves/config", "/watering/valves/config", {"direct_s": 60}),
        ("/watering/flow", "/watering/flow/config", {"flow": {"max": 20}}),
        ("/system/reboot/config", "/system/reboot/config", {"reboot": {"active": True, "time": "03:30"}}),
    ):
        tag = ask(path).headers["etag"]
        assert ask(path).headers["etag"] == tag, path
        answer = ask(target, change, **{"If-Match": '"older", ' + tag})  # a list: one of them will do
        assert answer.status_code == 200 and answer.headers["etag"] != tag, (path, answer.text)
        assert ask(target, change, **{"If-Match": tag}).status_code == 409, path
    settings = ask("/watering/settings").json()
    assert settings["player"]["save_s"] == 30 and settings["schedules"]["months"] == [90] * 12
    for wrong in (
        {"player": {"save_s": 0}},
        {"rain": {"wet": True}},
        {"player": {"file": "x"}},
        {"valves": {}},
        {},
        [],
    ):
        answer = ask("/watering/settings", wrong)
        assert answer.status_code == 400 and answer.json()["error"], wrong
    assert ask("/watering/settings", {"rain": {"pin": 200}}).status_code == 409
    assert ask("/watering/settings").json() == settings


def test_other_valves_count_at_once_and_bad_ones_are_taken_back(board):
    config = plain_http.get(board.url + "/watering/valves/config", timeout=20).json()
    moved = config["valves"][1:3] + config["valves"][:1]
    answer = plain_http.post(board.url + "/watering/valves/config", json={"valves": moved}, timeout=20)
    assert answer.status_code == 200 and [valve["id"] for valve in answer.json()["valves"]] == [1, 2, 0]
    bad = [dict(moved[0], pin=63), dict(moved[1], pin=200)]
    answer = plain_http.post(board.url + "/watering/valves/config", json={"valves": bad}, timeout=20)
    assert answer.status_code == 409, answer.text
    shown = plain_http.get(board.url + "/watering/valves", timeout=20).json()
    assert [valve["pin"] for valve in shown] == [27, 16, 4]
    new = plain_http.post(
        board.url + "/watering/valves/config",
        json={"valves": moved[1:] + [{"pin": 17, "name": "Tree"}]},
        timeout=20,
    ).json()["valves"]
    assert new[-1]["id"] not in (1, 3, 4, 5, 6), "programs still know those"
    assert plain_http.post(board.url + "/watering/valve/0/true", timeout=20).status_code == 200
    eventually(lambda: board.pin(4) == 1)


def test_restart_exit_and_break_close_every_valve_and_take_nothing_else(board):
    def post(path):
        return plain_http.post(board.url + path, timeout=20).status_code

    for method, path, status in (
        ("POST", "/system/reboot/soft", 404),
        ("GET", "/system/reboot/hard", 405),
        ("GET", "/system/exit", 405),
        ("DELETE", "/system/break", 405),
    ):
        assert plain_http.request(method, board.url + path, timeout=20).status_code == status, path
    for path in ("reboot/modcore", "reboot/hard", "break", "exit"):
        assert post("/watering/valve/0/true") == 200
        eventually(lambda: board.pin(4) == 1)
        boots = board.boots
        assert post("/system/" + path) == 200
        eventually(lambda: board.pin(4) == 0, "a closed valve after " + path)
        if path in ("break", "exit"):
            assert board.exec("print(6 * 7)") == "42\n", "the prompt is free"
            board.reset()
        eventually(lambda: _answers(board), "the web server after " + path)
        assert board.boots == boots + (path != "reboot/modcore"), path
