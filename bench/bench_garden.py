"""A month of the whole garden on the virtual clock: with login, MQTT, Home Assistant, NTP, WLAN and browsers."""

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

from host import toolchain

from . import device
from .bench_system import broker, has_firmware, watering_firmware
from .browser import Stream
from .garden_month import PROGRAM
from .http_load import free_port

_DAYS = int(os.environ.get("GARDEN_DAYS", 30))
# 96 KB, and what the month itself takes: its clock, pins and network, which on a board are written in C.
_HEAP = os.environ.get("GARDEN_HEAP", "102K")
_ROOMY = "160K"  # for the other figures, where it does not run in that
_FROM_FILES = "256K"
_BROWSERS = 4
_PLUGINS = ("http_auth", "ntp", "wlan")  # beside those of the sample
# The tasks of asyncio that are written in C look at the real clock; these are written in Python.
_MORE = """
package("asyncio", ("task.py",), base_path="$(MPY_DIR)/extmod", opt=3)
module("month.py", base_path={!r}, opt=3)
"""
_PASSWORD = "watering can"
_LOGINS = 5
_VISIT_S = 10  # real time between two visits to the page of one browser: some hours of the garden's

# Where its files are, month.mpy among them.
_MAIN = 'import os, sys; os.chdir(sys.argv[1]); sys.path.insert(0, ""); import month'


def run(report):
    """A month of the garden, on the virtual clock."""
    program = Path(toolchain.cache_folder()) / "bench" / "month.py"
    program.parent.mkdir(exist_ok=True)
    program.write_text(PROGRAM)
    firmware = watering_firmware(_PLUGINS, _MORE.format(str(program.parent))) if has_firmware() else None
    with broker() as port, device.library(program) as library:
        garden = library / "samples" / "watering"
        web = _configure(garden, port)
        if firmware:
            shutil.rmtree(garden / "garden")
        else:
            shutil.copy(library / "month.mpy", garden)
        heap = _HEAP if firmware else _FROM_FILES
        try:
            said, visits = _live(library, garden, web, heap, firmware)
        except RuntimeError as error:
            report.row("garden: does not run in {}".format(heap), 1, "time", budget=0, note=str(error)[-100:])
            heap = _ROOMY if firmware else _FROM_FILES
            said, visits = _live(library, garden, web, heap, firmware)
    first, last, late_ms, runs, syncs, faults = json.loads(said[-1])
    faults += [line.strip() for line in said if "MemoryError" in line or "out of memory" in line]
    note = "{}, -X heapsize={}, {} days".format("in the firmware" if firmware else "from files", heap, _DAYS)
    report.row("garden: " + ", ".join(_PLUGINS) + ", {} browsers".format(_BROWSERS), "runs", note=note)
    report.row("garden: heap in use after the first day", first[0] / 1024, "KB")
    report.row("garden: heap in use at the end", last[0] / first[0], "times", budget=1.05)
    report.row("garden: largest free piece after the first day", first[1] / 1024, "KB")
    report.row("garden: largest free piece at the end", last[1] / first[1], "times", goal=0.95)
    report.row("garden: runs of valves", runs)
    report.row("garden: a valve late by", late_ms, "ms", budget=250)
    report.row("garden: time servers asked", syncs)
    report.row("garden: page loaded", visits.done)
    report.row("garden: requests that failed, streams that broke", visits.failures, budget=0, note=visits.why)
    report.row("garden: failures", len(faults), budget=0, note=" ".join(faults)[:200])


def _configure(garden, mqtt_port):
    # Set the sample up for the month; returns the port of its web server.
    config = json.loads((garden / "config.json").read_text())
    web, clock = free_port(), free_port()
    config["plugins"].remove("admin")  # as the sample's README has it where memory is scarce
    config["plugins"] += _PLUGINS
    config["modules"].append("month")
    config["month"] = {"time_port": clock}
    config["mqtt"] = {"host": "127.0.0.1", "port": mqtt_port}
    config["http_async"] = {"host": "127.0.0.1", "port": web}
    config["http"].update({"access": {"/": "users"}, "sessions": {"idle_s": 40 * 86400}})
    config["ntp"] = {"hosts": ["127.0.0.1:{}".format(clock)]}
    config["wlan"] = {"networks": ["Home"]}
    config["log"] = {"level": "error"}
    (garden / "config.json").write_text(json.dumps(config))
    secrets = {
        "http": {"users": {"anna": {"password": _PASSWORD, "groups": []}}},
        "wlan": {"passwords": {"Home": "password"}},
    }
    (garden / "secrets.json").write_text(json.dumps(secrets))
    return web


def _live(library, garden, web, heap, firmware):
    # Let the month pass, with browsers at the page; returns the lines that the device printed, and the Visits.
    process = device.start(
        library, _MAIN, garden, _DAYS, heap=heap, firmware=firmware, stderr=subprocess.STDOUT
    )
    said = []
    reader = threading.Thread(target=lambda: said.extend(process.stdout), daemon=True)
    reader.start()
    visits = Visits(web)
    try:
        visits.begin(process)
        process.wait(7200)
        reader.join(10)
    finally:
        visits.end()
        process.kill()
        process.wait()
    if process.returncode or not said or not said[-1].startswith("[["):
        raise RuntimeError("ended with {}:\n{}".format(process.returncode, "".join(said[-40:])))
    return said, visits


class Visits:
    """Browsers that have logged in and keep the page open: an event stream each, and a visit now and then."""

    _PATHS = ("/", "/dashboard/parts.js", "/garden/status.js", "/api", "/watering/state", "/watering/plan")

    def __init__(self, port):
        self.port = port
        self.done = self.failures = 0
        self.why = ""
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._browse, daemon=True) for _ in range(_BROWSERS)]

    def begin(self, process):
        """Wait until the device answers, and let them log in. RuntimeError: it does not answer."""
        end = time.monotonic() + 60
        answer = None
        while answer != 200:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the login page says {}".format(answer))
            with contextlib.suppress(OSError):
                answer = self._ask("GET", "/login", {})[0]
            time.sleep(0.2)
        for thread in self._threads:
            thread.start()

    def end(self):
        """The month is over."""
        self._over.set()

    def _ask(self, method, path, headers, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers
        finally:
            connection.close()

    def _login(self):
        # As a person does: once more when it fails. Returns the cookie, or None.
        login = json.dumps({"name": "anna", "password": _PASSWORD}).encode()
        for _ in range(_LOGINS):
            try:
                status, answered = self._ask("POST", "/login", {"Content-Type": "application/json"}, login)
            except (OSError, http.client.HTTPException) as error:
                status = repr(error)
            if status == 200:
                return answered["Set-Cookie"].split(";")[0]
            self._fail("login: {}".format(status))
            if self._over.wait(3):
                break
        return None

    def _browse(self):
        cookie = self._login()
        if cookie is None:
            return
        headers = {"Cookie": cookie}
        stream = Stream(self.port, headers["Cookie"])
        while not self._over.wait(_VISIT_S):
            for path in self._PATHS:
                try:
                    status = self._ask("GET", path, headers)[0]
                except (OSError, http.client.HTTPException) as error:
                    status = repr(error)
                if status != 200 and not self._over.wait(1):
                    self._fail("{}: {}".format(path, status))
            self.done += 1
            if stream.failures and not self._over.wait(1):
                self._fail("stream")
                stream = Stream(self.port, headers["Cookie"])
        stream.close()

    def _fail(self, why):
        self.failures += 1
        if why not in self.why:
            self.why = (self.why + " " + why)[:200]
