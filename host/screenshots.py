"""Pictures of the dashboard's pages for docs/screenshots: `make screenshots`, on a virtual board, in Chromium."""

import base64
import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import toolchain
from .board import layout
from .board.board import Board

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "tests" / "e2e" / "dashboard_app"
TARGET = ROOT / "docs" / "screenshots"
PASSWORD = "correct horse"
PAGES = (
    "home history modules modules/valves plugins network time files files/greenhouse.py log events routes recorder "
    "system users"
).split()
# What the README shows is there in both schemes.
SIGHTS = ((1280, 800, "light"), (390, 844, "dark"))
HOME_SIGHTS = SIGHTS + ((1280, 800, "dark"), (390, 844, "light"))
CONFIG = {
    "name": "greenhouse",
    "plugins": ["wlan", "softap", "tz", "http_async", "sysinfo", "log", "dashboard", "admin", "history"],
    "modules": ["greenhouse", "rooms", "valves.Valves"],
    "wlan": {"networks": ["Home"], "retry_s": 1},
    "tz": {"zone": "CET-1CEST,M3.5.0,M10.5.0/3"},
    "greenhouse": {"drift": True},
    "valves": {"pins": [4, 27, 16], "names": ["Lawn", "Beds", "Hedge"]},
}
KINDS = """
from modcore import Module


class Kinds(Module):
    def start(self):
        def set(property, value):
            property.value = value

        def add(group, name, kind, value, set=set, **meta):
            self.property(name, kind=kind, value=value, set=set, group=group, name=name[0].upper() + name[1:], **meta)

        add("One value", "switch", "switch", True)
        add("One value", "number", "number", 21, min=5, max=30, unit="°C")
        add("One value", "select", "select", "warm", options=["warm", "cold"])
        add("One value", "text", "text", "Hello")
        add("One value", "button", "button", None)
        add("To look at", "sensor", "sensor", 21.5, None, unit="°C", device_class="temperature")
        add("To look at", "window", "binary_sensor", True, None, device_class="window")
        add("To look at", "event", "event", None, None, options=["click", "double"])
        add("Times", "date", "date", "2026-11-30")
        add("Times", "time", "time", "06:30")
        add("Times", "datetime", "datetime", "2026-11-30T06:30:00")
        add("Safety", "lock", "lock", "locked")
        add("Safety", "alarm", "alarm_control_panel", "armed_home")
        color = {"on": True, "brightness": 60, "color": [255, 160, 60], "effect": "candle"}
        add("Light", "light", "light", color, fields=list(color), effects=["none", "candle"])
        door = {"state": "open", "position": 40}
        add("Cover", "blind", "cover", door, fields=["state", "action", "position"], device_class="blind")
        add("Fan", "fan", "fan", {"on": True, "speed": 40})
        room = {"mode": "heat", "target": 21, "temperature": 19.5, "action": "heating"}
        add("Climate", "room", "climate", room, fields=list(room), modes=["off", "heat"], min=5, max=30, step=0.5)
"""
_HOURS_S = 3 * 3600  # of measurements


def main():
    """Take all pictures; return the exit status."""
    folder = Path(tempfile.mkdtemp(prefix="modcore-screenshots-"))
    try:
        board, url = _boot(folder)
        try:
            _take(board, url)
        finally:
            board.stop()
        _take_garden(folder / "garden")
        _take_kinds(folder / "kinds")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _boot(folder):
    import json

    program = folder / "program"
    shutil.copytree(APP, program)
    (program / "main.py").write_text("import modcore\nmodcore.main()\n")
    (program / "config.json").write_text(json.dumps(CONFIG))
    layout.lay_out(folder, program, "micropython32")
    shutil.copy(APP / "greenhouse.py", folder / "files" / "greenhouse.py")  # to be shown in the editor
    (folder / "files" / "greenhouse.mpy").unlink()
    board = Board(folder, runtime="micropython32", heap="512K", virtual_clock=True, relay=False)
    for network in (("Home", "", -48, 6), ("Neighbours", "not ours", -71, 11), ("Cafe", "", -80, 1)):
        board.wifi.add(*network)
    board.start()
    url = "http://127.0.0.1:{}".format(board.expose(80))
    _wait_for(url + "/api/admin/session")
    board.forward(_HOURS_S)
    return board, url


def _wait_for(url):
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)


@contextlib.contextmanager
def browser():
    """Chromium without a window, until the end of the block."""
    from playwright.sync_api import sync_playwright

    toolchain.ensure("chromium")
    folders = toolchain.libraries("chromium")
    if folders:
        os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(folders)
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=toolchain.tool("chromium"), args=["--disable-gpu"]
        )
        yield chromium
        chromium.close()


def _context(chromium, width, height, scheme):
    # A phone's scroll bars lie over the page.
    view = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    return chromium.new_context(is_mobile=width < 500, has_touch=width < 500, **view)


def shoot(context, page, name):
    """Write the picture `name` of a page, whose charts and editors are drawn, into docs/screenshots."""
    picture = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    target = TARGET / (name + ".webp")
    target.write_bytes(base64.b64decode(picture["data"]))
    print(target.relative_to(ROOT))


def _take_garden(folder):
    """Take the page of the watering sample while a program runs."""
    layout.lay_out(folder, ROOT / "samples" / "watering", "micropython32")
    board = Board(folder, runtime="micropython32", heap="512K", pc_clock=True)
    board.start()
    try:
        url = "http://127.0.0.1:{}".format(board.expose(80))
        _wait_for(url + "/watering/state")
        for path in ("program/play/1", "program/play/2"):
            urllib.request.urlopen(urllib.request.Request(url + "/watering/" + path, method="POST"))
        with browser() as chromium:
            for width, height, scheme in SIGHTS:
                context = _context(chromium, width, height, scheme)
                page = context.new_page()
                page.goto(url + "/#/watering")
                page.locator(".g-run").first.wait_for()
                page.wait_for_timeout(1200)
                shoot(context, page, "watering-{}-{}".format(width, scheme))
                context.close()
    finally:
        board.stop()


def _take_kinds(folder):
    """Take a page with a property of each kind, for docs/properties.md."""
    program = folder / "program"
    program.mkdir(parents=True)
    (program / "config.json").write_text(
        '{"name": "kinds", "plugins": ["http_async", "dashboard"], "modules": ["kinds"]}'
    )
    (program / "kinds.py").write_text(KINDS)
    layout.lay_out(folder, program, "micropython32")
    board = Board(folder, runtime="micropython32", heap="512K", pc_clock=True)
    board.start()
    try:
        url = "http://127.0.0.1:{}".format(board.expose(80))
        _wait_for(url + "/api")
        with browser() as chromium:
            page = chromium.new_page(viewport={"width": 1280, "height": 1180})
            page.goto(url + "/")
            page.locator(".link.live").wait_for()
            page.wait_for_timeout(1200)
            shoot(page.context, page, "kinds-1280-light")
    finally:
        board.stop()


def _take(board, url):
    code = re.search(r"first visit is ([\d-]+)", board.text).group(1)
    with browser() as chromium:
        steps = [("claim", {"code": code, "password": PASSWORD})]
        steps += [("session", {"name": "admin", "password": PASSWORD})] * 3
        for (width, height, scheme), (path, body) in zip(HOME_SIGHTS, steps):  # noqa: B905
            context = _context(chromium, width, height, scheme)
            page = context.new_page()
            page.goto(url + "/")
            page.evaluate(_POST, ["/api/admin/" + path, body])
            for name in PAGES if (width, height, scheme) in SIGHTS else ["home"]:
                page.goto(url + "/#/" + name)
                page.locator(".link.live").wait_for()
                if name == "network":
                    page.get_by_role("button", name="Scan").click()
                    page.wait_for_timeout(500)
                    board.forward(1)  # the answer leaves before the radio looks around
                # Charts and editors are drawn by then, and the memory has a line.
                page.wait_for_timeout(9000 if name == "system" else 1200)
                shoot(context, page, "{}-{}-{}".format(name.replace("/", "-"), width, scheme))
            context.close()


_POST = """([path, body]) => fetch(path, {method: "POST", body: JSON.stringify(body),
  headers: {"Content-Type": "application/json"}})"""


if __name__ == "__main__":
    sys.exit(main())
