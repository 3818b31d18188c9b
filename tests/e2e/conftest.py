"""Foundation of the end-to-end tests: a real broker, a real browser, devices as processes, free ports."""

import json
import os
import shutil
import textwrap
from pathlib import Path

import pytest
import watering_board
from dashboard_board import logged_in, watched
from make_run import Garden

from host import toolchain
from host.board import control, layout
from host.board.board import Board
from processes import Mosquitto, Ports, Process, tool

FOLDER = Path(__file__).parent
ROOT = FOLDER.resolve().parent.parent
MAIN = "import modcore\nmodcore.main()\n"
PAGE_MS = 60000  # nobody waits as long for a page, however busy the machine is


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for the marks
def pytest_collection_modifyitems(items):
    """Keep on one worker what shares a device or a browser; every other test goes to whoever is free."""
    for item in items:
        if item.path.parent == FOLDER and not item.get_closest_marker("xdist_group"):
            group = _shared(item)
            if group is not None:
                item.add_marker(pytest.mark.xdist_group("-".join([item.path.stem, *group])))


def _shared(item):
    # The ids of the fixtures that live as long as the file, which part its tests; None when there are none.
    found = item._fixtureinfo.name2fixturedefs
    names = [name for name in found if found[name][-1].scope in ("class", "module", "package")]
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return ["-".join(params[name]) for name in names if name in params] if names else None


@pytest.fixture(scope="session")
def free_port():
    """Function that returns another free TCP port each time."""
    return Ports()


@pytest.fixture
def process(tmp_path):
    """Function that starts a command (list of str) and returns its Process; all are ended after the test."""
    started = []

    def start(command, **options):
        one = Process(tmp_path / "process-{}.log".format(len(started)))
        started.append(one)
        options.setdefault("cwd", ROOT)
        one.spawn(command, **options)
        return one

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def mosquitto(tmp_path, free_port):
    """A running Mosquitto; .stop() and .start() make it go away and come back."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder, free_port()).start()
    yield broker
    broker.stop()


@pytest.fixture
def device(tmp_path):
    """Function that boots a device with a program and returns its Board; all are stopped after the test.

    device(application="samples/watering", config={"name": "shed"}, files={"main.py": "…"}, broker=mosquitto)

    application: a folder (str or Path) with the program; none: an empty one. config: keys for config.json,
    in place of its own. files: {name: text or bytes} to add to it; its main.py is modcore's unless there is
    one. broker: a Mosquitto, which the device finds as "broker.local". runtime, heap and other options are
    the Board's. The board's `url` is where the PC finds what the device serves on `port`; all that it
    printed is shown when the test fails.
    """
    boards = []

    def boot(
        application=None, config=None, files=None, broker=None, runtime="micropython32", port=80, **options
    ):
        folder = tmp_path / "device-{}".format(len(boards))
        program = folder / "program"
        if application is None:
            program.mkdir(parents=True)
        else:
            shutil.copytree(ROOT / application, program)
        for name, content in dict({"main.py": MAIN} if application is None else {}, **(files or {})).items():
            (program / name).parent.mkdir(parents=True, exist_ok=True)
            (program / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        if config is not None:
            path = program / "config.json"
            own = json.loads(path.read_text()) if path.exists() else {}
            path.write_text(json.dumps(dict(own, **config)))
        layout.lay_out(folder, program, runtime)
        board = Board(folder, runtime=runtime, **options)
        boards.append(board)
        board.call(control.act, board, program)
        board.url = "http://127.0.0.1:{}".format(board.expose(port))
        if broker is not None:
            board.name("broker.local", "127.0.0.1", broker.port)
        return board.start()

    yield boot
    for board in boards:
        board.stop()
        # Shown only when the test failed.
        print("--- printed by {} ---\n{}".format(board.folder.name, board.text[-8000:]))


@pytest.fixture
def watering(device, mosquitto):
    """Function that boots the watering sample, connected to the broker, and returns its board.

    online: whether to wait for the connection; more: as for `device`.
    """

    def boot(config=None, files=None, online=True, **options):
        options.setdefault("broker", mosquitto)
        if options.get("runtime", "micropython32") == "micropython32":
            options.setdefault("heap", watering_board.HEAP)
        config = dict({"mqtt": {"host": "broker.local"}}, **(config or {}))
        board = device("samples/watering", config, files, **options)
        watering_board.answers(board, "/api")
        if online:
            watering_board.answers(board, "/api/mqtt/connected")
        return board

    return boot


@pytest.fixture
def boot(tmp_path):
    """Function that boots a program (str) on a bare board and returns its Board; all are stopped after the test."""
    boards = []

    def start(program, runtime="micropython32", on=True, **options):
        board = Board(tmp_path / "board {}".format(len(boards)), runtime=runtime, **options)
        boards.append(board)
        (board.files / "main.py").write_text(textwrap.dedent(program))
        return board.start() if on else board

    yield start
    for board in boards:
        board.stop()


@pytest.fixture
def garden(process, tmp_path, free_port):
    """Function that starts `make run` with an environment and returns its Garden."""

    def start(folder="the garden", **environment):
        return Garden(process, tmp_path / folder, (free_port(), free_port()), **environment)

    return start


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium through Playwright. One file of tests has it; asyncio.run does not work beside it."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PAGE_MS)

    toolchain.ensure("chromium")
    folders = toolchain.libraries("chromium")
    with pytest.MonkeyPatch.context() as patch:
        if folders:
            # The driver, too, needs libraries that a small machine lacks.
            patch.setenv("LD_LIBRARY_PATH", os.pathsep.join(folders))
        playwright = sync_playwright().start()
    try:
        chromium = playwright.chromium.launch(
            executable_path=tool("chromium"),
            args=[
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-quic",
            ],
        )
        yield chromium
        chromium.close()
    finally:
        playwright.stop()


@pytest.fixture(scope="module")
def window(browser):
    """A window of the browser for a whole file: what it has loaded it keeps, and a page opens in half the time."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.set_default_timeout(PAGE_MS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def tab(device, window):
    """A page whose browser has logged in at the file's `device`, a Greenhouse, once for all tests."""
    yield from logged_in(device, window)


@pytest.fixture
def inside(tab):
    """The page of who has logged in, without what an earlier test left there."""
    tab.goto("about:blank")
    yield from watched(tab)


@pytest.fixture
def page(browser):
    """A page in a browser without history; an uncaught error of a script fails the test."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.set_default_timeout(PAGE_MS)
    yield from watched(context.new_page())
    context.close()
