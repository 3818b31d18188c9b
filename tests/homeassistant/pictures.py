"""Pictures of devices in the real Home Assistant, to docs/screenshots: `make screenshots-homeassistant`.

One has the sample home_assistant, the other a property of each kind.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import real

from host import screenshots, toolchain
from host.board import layout
from host.board.board import Board

SAMPLE = real.ROOT / "samples" / "home_assistant"
PORTS = (21987, 21988)  # of Home Assistant and of its broker
KINDS_CONFIG = """{"name": "kinds", "plugins": ["mqtt", "homeassistant"], "modules": ["kinds"],
  "mqtt": {"host": "192.168.1.2"}}"""
# What Home Assistant would load from the Internet: the logo of an integration.
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0h24v24H0z" fill="#606"/>
<path d="M4 20v-3a3 3 0 0 1 3 3zm0-6a6 6 0 0 1 6 6h3a9 9 0 0 0-9-9zm0-6a12 12 0 0 1 12 12h3A15 15 0 0 0 4 5z"
fill="#fff"/>
</svg>"""
PARTS = ("frontend:", "config:", "history:")
ORIGIN = "http://127.0.0.1:{}".format(PORTS[0])
KINDS_HEIGHT = 1180
SIGHTS = ((1280, 860, "light"), (390, 844, "dark"))
_SIGN_IN = """token => localStorage.setItem("hassTokens", JSON.stringify({access_token: token, token_type: "Bearer",
  expires_in: 1e9, expires: Date.now() + 1e12, refresh_token: "none", hassUrl: location.origin,
  clientId: location.origin + "/"}))"""


def main():
    """Take all pictures; return the exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="modcore-homeassistant-") as folder,
        contextlib.ExitStack() as stack,
    ):
        assistant = _start(Path(folder), stack)
        kinds = Path(folder) / "kinds"
        kinds.mkdir()
        (kinds / "config.json").write_text(KINDS_CONFIG)
        (kinds / "kinds.py").write_text(screenshots.KINDS)
        for number, program in enumerate((SAMPLE, kinds)):
            _board(Path(folder) / "board-{}".format(number), program, stack)
        assistant.wait({"cover.workshop_shutter": "open", "climate.workshop_heater": "heat"})
        assistant.wait({"lock.kinds_lock": "locked", "climate.kinds_room": "heat"})
        _take(assistant)
    return 0


def _start(folder, stack):
    port, broker = PORTS
    (folder / "mosquitto.conf").write_text("listener {} 127.0.0.1\nallow_anonymous true\n".format(broker))
    assistant = real.HomeAssistant(folder / "config", port, broker, PARTS)
    log = stack.enter_context(open(str(folder / "log"), "wb"))
    for command in (
        [toolchain.tool("mosquitto"), "-c", folder / "mosquitto.conf"],
        [real.HOME_ASSISTANT / "bin" / "hass", "-c", folder / "config", "--skip-pip"],
    ):
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, cwd=str(folder))
        stack.callback(process.wait)
        stack.callback(process.kill)
    end = time.monotonic() + real.PATIENCE_S
    while not assistant.states():
        if time.monotonic() > end:
            raise SystemExit((folder / "log").read_text()[-2000:])
        time.sleep(0.5)
    return assistant


def _board(folder, program, stack):
    layout.lay_out(folder, program, "micropython32")
    board = Board(folder, runtime="micropython32", heap="320K", pc_clock=True)
    board.world.power.id = "246f28{:06x}".format(
        len(program.name)
    )  # by its address a device is told from others
    board.name("192.168.1.2", "127.0.0.1", PORTS[1])
    stack.callback(board.stop)
    board.start()


def _take(assistant):
    workshop, kinds = (_device(assistant, entity) for entity in ("cover.workshop_shutter", "lock.kinds_lock"))
    path = "/config/devices/device/"
    with screenshots.browser() as chromium:
        for width, height, scheme in SIGHTS:
            context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            context.route("**/brands.home-assistant.io/**", _logo)
            page = context.new_page()
            page.goto(ORIGIN + "/manifest.json")
            page.evaluate(_SIGN_IN, assistant.token)
            sight = "-{}-{}".format(width, scheme)
            _shoot(page, path + workshop, "Shutter", "homeassistant-device" + sight)
            _shoot(page, "/lovelace/0", "Shutter", "homeassistant-overview" + sight)
            if width > 1000:
                page.set_viewport_size({"width": width, "height": KINDS_HEIGHT})
                _shoot(page, path + kinds, "Blind", "homeassistant-kinds" + sight)
            context.close()


def _logo(route):
    route.fulfill(content_type="image/svg+xml", body=LOGO)


def _shoot(page, path, words, name):
    page.goto(ORIGIN + path)
    page.get_by_text(words).first.wait_for()
    page.wait_for_timeout(2500)  # its cards are drawn one by one
    screenshots.shoot(page.context, page, name)


def _device(assistant, entity):
    text = "{{ device_id('" + entity + "') }}"
    request = urllib.request.Request(ORIGIN + "/api/template")
    request.add_header("Authorization", "Bearer " + assistant.token)
    request.add_header("Content-Type", "application/json")
    request.data = json.dumps({"template": text}).encode()
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


if __name__ == "__main__":
    sys.exit(main())
