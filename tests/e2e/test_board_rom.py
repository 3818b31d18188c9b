"""A ROM file system: deployed by mpremote, mounted by the board, beside plugins on flash."""

import json
import shutil
from pathlib import Path

import pytest
from command_line import modcore

from host.board.board import Board

ROOT = Path(__file__).resolve().parent.parent.parent
SIZE = 512 * 1024


@pytest.fixture(params=("micropython32", "micropython"))
def micropython(request):
    """Each MicroPython."""
    return request.param


@pytest.fixture
def project(tmp_path):
    """The watering sample as a project of its own."""
    folder = tmp_path / "watering"
    shutil.copytree(ROOT / "samples" / "watering", folder)
    config = json.loads((folder / "config.json").read_text())
    config["plugins"] = [name for name in config["plugins"] if name not in ("mqtt", "homeassistant")]
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def board(tmp_path, micropython):
    """An empty board whose firmware has a ROM file system."""
    # The objects of the 64-bit one are twice as large.
    heap = "256K" if micropython == "micropython32" else "512K"
    with Board(tmp_path / "board", runtime=micropython, romfs=SIZE, heap=heap) as board:
        board.wait_until(lambda: board.console.at_prompt)
        yield board


def deployed(board, project, *options):
    return json.loads(
        modcore("deploy", "--romfs", "--no-wait", "--json", "-d", board.open_usb(), *options, cwd=project)
    )


def test_the_watering_sample_runs_from_rom(board, project):
    dry = deployed(board, project, "--dry-run")
    assert dry["romfs"]["changed"] and not (board.files / "lib" / "modcore").exists()
    found = deployed(board, project)
    assert found["romfs"]["changed"] and found["romfs"]["bytes"] > 20000
    assert not [path for path in found["written"] if path.startswith("/lib/")]
    assert board.wait_until(lambda: "valves" in board.text or board.world.pins[4].mode is not None, 120)
    board.interrupt()
    assert board.wait_until(lambda: board.console.at_prompt, 120)
    places = board.exec(
        "import sys; print(sorted(set([m.__file__[:8] for n, m in sys.modules.items() "
        "if n.startswith(('modcore', 'plugins.')) and hasattr(m, '__file__')])))"
    )
    assert places.strip() == "['/rom/lib']"

    again = deployed(board, project)
    assert not again["romfs"]["changed"] and again["written"] == []


def test_what_lay_on_flash_goes_when_it_is_in_rom(board, project):
    modcore("deploy", "-d", board.open_usb(), cwd=project)
    assert (board.files / "lib" / "modcore" / "kernel.mpy").is_file()
    found = deployed(board, project)
    assert "/lib/modcore/kernel.mpy" in found["removed"]
    assert not (board.files / "lib" / "modcore" / "kernel.mpy").exists()


def test_a_firmware_without_a_rom_file_system_is_told(tmp_path, project):
    with Board(tmp_path / "bare", runtime="micropython32") as board:
        board.wait_until(lambda: board.console.at_prompt)
        said = modcore("deploy", "--romfs", "-d", board.open_usb(), cwd=project, status=1)
    assert "this firmware has no ROM file system" in said


def test_an_image_that_is_too_large_is_told(tmp_path, project):
    with Board(tmp_path / "small", runtime="micropython32", romfs=16 * 1024) as board:
        board.wait_until(lambda: board.console.at_prompt)
        said = modcore("deploy", "--romfs", "-d", board.open_usb(), cwd=project, status=1)
    assert "the board's ROM file system 16384" in said


def test_opened_files_are_counted_and_may_be_slow(tmp_path, micropython):
    folder = tmp_path / "flash"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "long.txt").write_text("x" * 10000)
    with Board(folder, runtime=micropython) as board:
        board.wait_until(lambda: board.console.at_prompt)
        board.forget_opens()
        look = "import time; t = time.ticks_ms(); open('long.txt').close(); print(time.ticks_diff(time.ticks_ms(), t))"
        board.exec(look)
        assert board.opens == {"/long.txt": 1}
        board.slow_flash(30)
        assert int(board.exec(look)) >= 90  # to find it, and for each further 4 KB
        assert board.opens == {"/long.txt": 2}


def test_the_clock_begins_at_0_in_2000_and_counts_from_there(tmp_path, micropython):
    with Board(tmp_path / "clock", runtime=micropython) as board:
        board.wait_until(lambda: board.console.at_prompt)
        now, first = eval(board.exec("import time; print((time.time(), time.gmtime(0)[:3]))"))
        assert 0 <= now < 60 and first == (2000, 1, 1)
        assert board.exec("print(time.mktime((2000, 1, 2, 0, 0, 0, 0, 0)))").strip() == "86400"
        assert int(board.exec("open('a', 'w').close(); import os; print(os.stat('a')[8])")) < 2000000000
    with Board(tmp_path / "pico", runtime=micropython, kind="rp2") as board:
        board.wait_until(lambda: board.console.at_prompt)
        assert board.exec("import time; print(time.gmtime(0)[0], time.gmtime()[0])").strip() == "1970 2021"


def test_a_plugin_on_flash_runs_beside_those_in_rom(board, project):
    deployed(board, project)
    flash = board.files / "lib" / "plugins" / "timers"
    for path in (ROOT / "plugins" / "timers").iterdir():
        if path.suffix in (".py", ".json"):
            flash.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, flash / path.name)
    (board.files / "main.py").unlink()
    boots = board.boots
    board.reset()
    board.wait_until(lambda: board.boots > boots)
    assert board.wait_until(lambda: board.console.at_prompt, 120)
    board.exec("import modcore.manifests as m; from modcore.lazy import load")
    names = board.exec("print(m.names())")
    assert "timers" in names and "http_async" in names
    assert board.exec("print(load('plugins.timers').__file__)").startswith("/lib/plugins/timers")
    assert board.exec("print(load('plugins.http_async').__file__)").startswith("/rom/lib/plugins/http_async")
