"""The command `modcore` with a device: run, get, set, monitor, devices, logs, board."""

import json
import signal
import sys

import pytest
import requests
from command_line import environment, modcore
from test_cli import one_line

from host.board import layout
from processes import eventually


@pytest.fixture
def garden(tmp_path):
    """A new project."""
    modcore("new", "garden", cwd=tmp_path)
    return tmp_path / "garden"


@pytest.fixture
def running(garden, process, free_port):
    """`modcore run` of it."""
    words = ["run", "--http-port", free_port(), "--mqtt-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: "ready http://" in run.output, "modcore run", 60)
    run.wait_for(lambda: (garden / ".device" / "running.json").exists(), "modcore run")
    run.folder = garden
    return run


def answers(url):
    """Tell whether a device gives this page, which it may be about to start serving."""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def test_run_shows_a_project_to_the_other_commands(running):
    where = running.folder
    assert modcore("get", "garden/lamp", cwd=where) == "false\n"
    assert modcore("set", "garden/lamp", "true", cwd=where) == "true\n"
    assert json.loads(modcore("get", "--json", cwd=where))["garden/count"] == 1
    assert "garden/lamp" in modcore("get", cwd=where)
    refused = one_line(modcore("set", "garden/lamp", "wet", cwd=where, status=1))
    assert refused == 'error: garden/lamp takes true or false, not "wet"'
    text = one_line(modcore("get", "garden/shed", cwd=where, status=1))
    assert "no property garden/shed; have " in text and "garden/lamp" in text
    assert "is a virtual one" in one_line(modcore("flash", cwd=where, status=1))

    mqtt = json.loads((where / ".device" / "running.json").read_text())["mqtt"]
    assert modcore("get", "garden/lamp", "-d", mqtt, cwd=where) == "true\n"
    assert modcore("set", "garden/lamp", "false", "-d", mqtt, "--json", cwd=where) == "false\n"
    assert json.loads(modcore("get", "--json", "-d", mqtt, cwd=where))["garden/lamp"] is False
    refused = one_line(modcore("set", "garden/lamp", "wet", "-d", mqtt, cwd=where, status=1))
    assert refused == 'error: garden/lamp takes true or false, not "wet"'

    other = mqtt.replace("/garden", "/other")
    assert "knows no such device" in one_line(modcore("get", "-d", other, cwd=where, status=1))

    (device,) = json.loads(modcore("devices", "--json", cwd=where))
    assert device["name"] == "garden" and device["status"] == "online" and device["url"] == mqtt
    assert device["last_seen"] == "now" and device["version"] == "1.0.0"
    assert "garden" in modcore("devices", cwd=where)
    assert "no device below other" in modcore("devices", "--prefix", "other", cwd=where)

    for device in ((), ("-d", mqtt)):
        lines = modcore("monitor", "garden/#", "--count", "2", "--json", *device, cwd=where).splitlines()
        assert {json.loads(line)["topic"] for line in lines} == {"garden/lamp", "garden/count"}
    assert modcore("monitor", "nothing/+", "--seconds", "1", cwd=where) == ""


def test_monitor_shows_what_happens_as_it_happens(running, process):
    monitor = process(
        [sys.executable, "-m", "host.cli", "monitor", "garden/lamp"],
        cwd=str(running.folder),
        env=environment(),
    )
    monitor.wait_for(lambda: "garden/lamp  false" in monitor.output, "the state")
    modcore("set", "garden/lamp", "true", cwd=running.folder)
    monitor.wait_for(lambda: "garden/lamp  true" in monitor.output, "the change")


def test_monitor_says_when_the_device_is_gone(running, process):
    mqtt = json.loads((running.folder / ".device" / "running.json").read_text())["mqtt"]
    monitors = []
    for words in (["monitor", "garden/lamp"], ["monitor", "garden/lamp", "-d", mqtt]):
        command = [sys.executable, "-m", "host.cli", *words]
        monitors.append(process(command, cwd=str(running.folder), env=environment()))
        monitors[-1].wait_for(lambda: "garden/lamp  false" in monitors[-1].output, "the state")
    running.process.terminate()
    for monitor, words in zip(monitors, ("the device has closed", "the broker has closed")):
        assert monitor.process.wait(20) == 1
        assert "error: " in monitor.output and words + " the connection" in monitor.output


def test_run_starts_again_when_a_file_changes(running):
    code = running.folder / "garden.py"
    code.write_text(code.read_text().replace('"lamp"', '"light"'))
    running.wait_for(lambda: "garden.py changed: started again" in running.output, "the change")
    url = json.loads((running.folder / ".device" / "running.json").read_text())["http"]
    eventually(lambda: answers(url + "/api/garden/light"), "the new property")
    code.write_text("def broken(:\n")
    running.wait_for(lambda: "not started again: " in running.output, "the mistake")
    assert modcore("get", "garden/light", cwd=running.folder) == "false\n"
    config = json.loads((running.folder / "config.json").read_text())
    code.write_text("")
    (running.folder / "config.json").write_text(json.dumps(dict(config, http={"port": 8080})))
    running.wait_for(lambda: "the web server's port is new: Ctrl-C" in running.output, "the port")
    # A project that is moved takes no new one in its old place.
    running.folder.rename(running.folder.with_name("moved"))
    assert running.process.wait(20) == 1
    assert "garden is gone; start `modcore run` where it is now" in running.output
    assert not running.folder.exists()


def test_a_mistake_in_the_configuration_is_named_and_can_be_mended(running):
    path = running.folder / "config.json"
    good = path.read_text()
    path.write_text("{")
    running.wait_for(lambda: "not started again: {}: line 1".format(path) in running.output, "the mistake")
    path.write_text(good.replace('"name": "garden"', '"name": "shed"'))
    running.wait_for(lambda: "config.json changed: started again" in running.output, "the change")
    board = running.folder / ".device" / "files" / "config.json"
    eventually(lambda: json.loads(board.read_text())["name"] == "shed", "the new name")
    # What the device has changed itself is not thrown away, and nobody wonders why.
    board.write_text(good.replace("garden", "house"))
    path.write_text(good.replace('"name": "garden"', '"name": "barn"'))
    running.wait_for(
        lambda: "config.json: name: changed on the device, too; its value stays" in running.output, "the word"
    )
    assert json.loads(board.read_text())["name"] == "house"


def test_run_tells_programs_what_happens(garden, process, free_port):
    words = ["run", "--json", "--http-port", free_port(), "--mqtt-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: '"event": "ready"' in run.output, "modcore run", 60)
    events = [json.loads(line) for line in run.output.splitlines()]
    ready = [event for event in events if event["event"] == "ready"][0]
    assert ready["http"].startswith("http://127.0.0.1:") and ready["mqtt"].endswith("/modcore/garden")
    assert json.loads(modcore("shell", "--json", cwd=garden))["port"] == ready["usb"]


def test_run_says_what_is_in_the_way(running, tmp_path, free_port):
    words = ["run", "--http-port", free_port(), "--mqtt-port", free_port()]
    assert "a board runs in" in one_line(modcore(*words, cwd=running.folder, status=1))
    url = json.loads((running.folder / ".device" / "running.json").read_text())["http"]
    assert "no plugin `packages`" in one_line(modcore("list", "-d", url, cwd=running.folder, status=1))
    port = url.rpartition(":")[2]
    modcore("new", "other", cwd=tmp_path)
    text = one_line(modcore("run", "--http-port", port, cwd=tmp_path / "other", status=1))
    assert "{} is in use".format(port) in text and "modcore run" in text


def test_a_board_on_cpython_keeps_to_its_own_files(garden):
    from host.board.board import Board

    layout.lay_out(garden / ".device", garden, "cpython")
    with Board(garden / ".device", runtime="cpython", relay=False) as board:
        words = ["-d", board.open_usb(), "--json"]
        assert json.loads(modcore("install", "tz", *words, cwd=garden)) == {"tz": "1.0.0"}
        assert (board.files / "lib/plugins/tz/__init__.py").is_file()
        listed = {row["name"] for row in json.loads(modcore("list", *words, cwd=garden))}
        assert {"modcore", "http_async", "tz"} <= listed
        report = json.loads(modcore("deploy", "--dry-run", *words, cwd=garden))
        assert str(board.files / "garden.py") in report["unchanged"] and not report["written"]


def test_the_board_of_the_folder_is_acted_on(running):
    where = running.folder
    assert "pin NUMBER" in modcore("board", cwd=where)
    state = json.loads(modcore("board", "state", cwd=where))
    assert state["on"] and state["access_points"] == {"home": "up"}
    modcore("board", "ap", "rssi", "home", "-80", cwd=where)
    modcore("board", "clock", "-3600", cwd=where)
    assert "main.py" not in modcore("board", "flash", cwd=where)
    assert "/lib/modcore/kernel.mpy" in modcore("board", "flash", "opens", cwd=where)
    refused = one_line(modcore("board", "jump", cwd=where, status=1))
    assert refused.startswith("error: no command 'jump'; have ")
    (where / "deeper").mkdir()
    assert json.loads(modcore("board", "state", "--json", cwd=where / "deeper"))["on"]


def test_where_no_board_runs_that_is_said(tmp_path):
    said = one_line(modcore("board", "pins", "--folder", str(tmp_path), cwd=tmp_path, status=1))
    assert said.startswith("error: no virtual board runs here; `modcore run`")


def test_mpremote_finds_the_board_of_the_folder(running):
    where = running.folder
    out = modcore("mpremote", "exec", "print(6 * 7)", cwd=where)
    assert out.strip() == "42"


def test_a_negative_value_is_a_value(running):
    said = one_line(modcore("set", "garden/lamp", "-5", cwd=running.folder, status=1))
    assert said == "error: garden/lamp takes true or false, not -5"


def laid(garden, said):
    return layout.lay_out(garden / ".device", garden, "cpython", said.append)


def test_a_change_on_the_device_and_one_of_the_project_are_joined(garden):
    said = []
    config = json.loads((garden / "config.json").read_text())
    laid(garden, said)
    there = garden / ".device" / "files" / "config.json"
    changed = dict(json.loads(there.read_text()), log={"level": "debug"}, name="shed")
    there.write_text(json.dumps(changed))

    (garden / "config.json").write_text(json.dumps(dict(config, queue=40)))
    joined = laid(garden, said)
    assert joined["queue"] == 40 and joined["log"] == {"level": "debug"} and joined["name"] == "shed"
    assert not [line for line in said if "stays" in line]

    (garden / "config.json").write_text(json.dumps(dict(config, queue=40, name="barn")))
    assert laid(garden, said)["name"] == "shed"
    assert [line for line in said if "name: changed on the device, too; its value stays" in line]


def test_the_secrets_of_a_project_come_along_and_missing_ones_are_told(garden):
    said = []
    config = json.loads((garden / "config.json").read_text())
    config.update(plugins=config["plugins"] + ["wlan"], wlan={"networks": ["attic"]})
    config["mqtt"]["user"] = "anna"
    (garden / "config.json").write_text(json.dumps(config))
    laid(garden, said)
    assert any("wlan: no password of 'attic'" in line for line in said)
    assert any("mqtt: a user, and no password" in line for line in said)

    (garden / "secrets.json").write_text(
        json.dumps({"mqtt": {"password": "x"}, "wlan": {"passwords": {"attic": "y"}}})
    )
    del said[:]
    laid(garden, said)
    assert said == []
    there = garden / ".device" / "files" / "secrets.json"
    assert json.loads(there.read_text())["mqtt"] == {"password": "x"}
    assert there.stat().st_mode & 0o77 == 0
    learnt = json.loads(there.read_text())
    learnt["wlan"]["passwords"]["cafe"] = "z"
    there.write_text(json.dumps(learnt))
    laid(garden, said)
    assert json.loads(there.read_text())["wlan"]["passwords"] == {"attic": "y", "cafe": "z"}


def test_an_index_is_written_into_an_empty_or_its_own_folder_only(garden):
    (garden / "www").mkdir()
    (garden / "www" / "index.html").write_text("hello")
    said = one_line(modcore("index", "www", cwd=garden, status=1))
    assert said == "error: www holds other files; an index takes an empty folder, or one that it has made"
    assert not (garden / "www" / "index.json").exists()
    (garden / "www" / "index.html").unlink()
    for folder in ("www", "shop", "a/b"):  # a board gets what is in its project
        said = one_line(modcore("index", folder, cwd=garden, status=1))
        assert "is in the project garden, whose device would get all of it" in said
    assert not (garden / "shop").exists() and not list((garden / "www").iterdir())


def test_a_network_of_ones_own_has_its_own_password_whatever_its_name(garden, process, free_port):
    config = json.loads((garden / "config.json").read_text())
    config.update(plugins=["wlan"], wlan={"networks": ["home"]})
    (garden / "config.json").write_text(json.dumps(config))
    (garden / "secrets.json").write_text('{"wlan": {"passwords": {"home": "hunter22"}}}')
    words = ["run", "--http-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: "connected to home" in run.output, "the network", 60)
    # Ctrl-C while it starts, or when it has just started, leaves no trace of where it was.
    run.signal(signal.SIGINT)
    assert run.process.wait(20) == 0 and "Traceback" not in run.output
