"""`make run`: a sample on a virtual board, the watering device unless SAMPLE names another or a folder."""

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .board import control, firmware, layout, project_settings
from .board.__main__ import default_folder
from .board.board import Board
from .board.view import view
from .board.world.garden import Garden
from .ending import Ending
from .ports import scheme, web_port
from .run_settings import SAMPLES, Settings, check_port
from .terminal import safe
from .tree import HERE

HINT_S = 20
_SHORTAGES = 3  # MemoryErrors before the device is ready
_BUSY = 40  # answers 503 in a row: the web server has no memory left to serve with
_WIFI = ("home", "let-me-water")  # the access point around the board
_BROKER = "192.168.1.2"  # where the sample's configuration looks for it, in the board's own network


class Run:
    """One `make run`, from the ports to the end."""

    def __init__(self, settings):
        self._settings = settings
        self._board = None
        self._broker = None
        self._view = None
        self._end = Ending()
        self._ready = False
        self._signals = 0
        # `make` that is killed can't end what it has started.
        self._parent = os.getppid() if "MAKELEVEL" in os.environ else None
        self._terminal = os.isatty(1)
        self._connected = threading.Event()
        self._meter = None  # GPIO

    def main(self):
        """Run until a signal comes; return the exit status. BoardError: in one line, why it can't."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start()
            self._wait_ready()
            while not self._end.wait(0.5):
                self._look_after()
            return 0
        finally:
            self._stop()

    def _on_signal(self, number, frame):
        self._signals += 1
        self._end.set()
        if self._signals > 1:
            # Who asks twice does not want to wait for modules to stop in order.
            if self._board and self._board.process:
                self._board.process.kill()

    # start

    def _start(self):
        settings = self._settings
        if settings.runtime == "cpython" and not settings.asked_for_runtime:
            print("MicroPython is not to be had here: running on CPython", flush=True)
        check_port("HTTP_PORT", settings.http_port)
        if control.running([settings.folder]):  # before its files are touched
            raise firmware.BoardError(
                "a board runs in {} already; stop that one first".format(settings.folder)
            )
        config = layout.lay_out(settings.folder, settings.application, settings.runtime)
        self._config = config
        if "mqtt" in config.get("plugins", ()) and not settings.url:
            other = ", or use it, if it is a broker: MQTT_URL=mqtt://127.0.0.1:{} make run"
            check_port("MQTT_PORT", settings.mqtt_port, other.format(settings.mqtt_port))
            self._start_broker()
        self._view = view(
            "modcore {} on {}".format(config.get("name", "modcore"), settings.runtime), _names(config)
        )
        self._board = board = Board(
            settings.folder,
            runtime=settings.runtime,
            heap=settings.heap,
            pc_clock=True,
            changed=self._changed,
            printed=self._printed,
        )
        # Home Assistant takes devices with one hardware address for the same.
        own = hashlib.sha256(str(settings.folder.resolve()).encode()).hexdigest()
        board.world.power.id = board.world.power.id[:6] + own[:6]
        self._write_secrets()
        self._plant(config)
        try:
            board.call(control.serve, board)
            board.call(control.act, board, settings.application)
            board.expose(web_port(config) or 80, settings.http_port)
        except OSError as error:
            raise firmware.BoardError(error.strerror or str(error)) from None
        except ValueError as error:
            raise firmware.BoardError(str(error)) from None
        for host in _hosts(config):
            board.name(host, *settings.broker())
        secrets = project_settings.read(board.files / "secrets.json") or {}
        own = project_settings.networks(config, secrets)
        # A network of one's own that has the usual name has its own password, if there is one.
        known = dict([_WIFI])
        known.update((ssid, word) for ssid, word in own if word or ssid not in known)
        for ssid, password in known.items():
            board.wifi.add(ssid, password)
        self._view.start()
        self._view.say("REPL on {} (mpremote connect {})".format(board.open_usb(), board.open_usb()))
        self._view.say("act on the board: {} help".format(self._board_command()))
        if "mqtt" in config.get("plugins", ()):
            threading.Thread(target=self._watch_broker, daemon=True).start()
        board.start()

    def _plant(self, config):
        # The watering application has a garden around it.
        valves = config.get("valves", {}).get("valves")
        if valves:
            flow = config.get("flow", {})
            self._meter = flow.get("pin")
            pins = [valve["pin"] for valve in valves if valve.get("pin")]
            rain = config.get("rain", {}).get("pin")
            world = self._board.world
            world.garden = Garden(world, pins, self._meter, flow.get("ratio", 0.01), rain)

    def _changed(self, what, name, value):
        if what != "pin" or name != self._meter:  # it turns many times a second
            self._view.changed(what, name, value)

    def _printed(self, text):
        # A program that is stopped while it starts has nothing to tell but where it was.
        if self._ready or not self._end.is_set():
            self._view.printed(text)

    def _start_broker(self):
        self._broker = subprocess.Popen(
            [sys.executable, "-m", __package__ + ".broker", str(self._settings.mqtt_port)],
            cwd=str(HERE.parent),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if self._broker.stdout.readline() != "ready\n":
            why = (self._broker.stderr.read().strip().splitlines() or ["it ended"])[-1]
            raise firmware.BoardError("the MQTT broker does not start: {}; run `make run` again".format(why))

    def _write_secrets(self):
        # Who the device is to the broker, beside its configuration as on a real one.
        url = self._settings.url
        path = self._board.files / "secrets.json"
        if url and url.username:
            secrets = {"user": urllib.parse.unquote(url.username)}
            if url.password:
                secrets["password"] = urllib.parse.unquote(url.password)
            layout.add_secrets(path, "mqtt", secrets)

    def _board_command(self):
        folder = self._settings.folder
        where = "" if folder == default_folder() else " --folder {}".format(shown(folder))
        return "{} -m {}.board{}".format(_python(), __package__, where)

    def _base(self):
        section = self._config.get("mqtt", {})
        return section.get("base") or "modcore/" + self._config.get("name", "modcore")

    # ready

    def _wait_ready(self):
        plugins = self._config.get("plugins", ())
        url = self._web_url()
        wants_http = web_port(self._config) is not None
        wants_mqtt = "mqtt" in plugins
        hint = time.monotonic() + HINT_S
        busy = 0
        while not self._end.is_set():
            status = self._web_status() if wants_http else 200
            busy = busy + 1 if status == 503 else 0
            if busy > _BUSY:
                raise firmware.BoardError("the device has too little memory to serve; give it a larger HEAP")
            http = 0 < status < 500
            mqtt = not wants_mqtt or self._connected.is_set()
            if http and mqtt:
                urls = [url] * wants_http + [self._mqtt_url()] * wants_mqtt
                self._ready = True
                self._view.say(" ".join(["ready", *urls]))
                if not wants_http:
                    self._tell_no_page(wants_mqtt)
                return
            self._look_after(starting=True)
            if time.monotonic() > hint:
                hint = float("inf")
                missing = " and ".join(["the web server"] * (not http) + ["the broker"] * (not mqtt))
                self._view.say("still waiting for {}; see the device's log above".format(missing))
            self._end.wait(0.1)

    def _web_url(self):
        return "{}://127.0.0.1:{}/".format(scheme(self._config), self._settings.http_port)

    def _web_status(self):
        return _status(self._web_url() + "api")

    def _tell_no_page(self, wants_mqtt):
        line = "it has no page: no web server is among its plugins"
        if wants_mqtt:
            where = "-h {} -p {}".format(*self._settings.broker())
            line += "; this shows what it says: mosquitto_sub -v {} -t '{}/#'".format(where, self._base())
        self._view.say(line)

    def _mqtt_url(self):
        host, port = self._settings.broker()
        return "mqtt://{}:{}/{}".format(host, port, self._base())

    def _look_after(self, starting=False):
        if self._parent and os.getppid() != self._parent:
            self._end.set()
        # Of a terminal that is closed only the first of its programs is told.
        if self._terminal and not os.isatty(1):
            self._end.set()
        if self._broker and self._broker.poll() is not None:
            raise firmware.BoardError("the MQTT broker ended by itself; run `make run` again")
        if starting and self._board.console.at_prompt:
            time.sleep(0.1)  # the rest of a traceback
            lines = [line for line in self._board.text.splitlines() if line.strip()] or ["?"]
            advice = "give it a larger HEAP" if "MemoryError" in lines[-1] else "see its output above"
            raise firmware.BoardError("the device's program ended: {}; {}".format(lines[-1], advice))
        if starting and self._board.text.count("\nMemoryError") >= _SHORTAGES:
            raise firmware.BoardError("the device runs out of memory again and again; give it a larger HEAP")

    def _watch_broker(self):
        logging.getLogger("amqtt").setLevel(logging.CRITICAL)
        logging.getLogger("transitions").setLevel(logging.CRITICAL)
        told = False
        while not self._end.is_set() and not self._connected.is_set():
            try:
                asyncio.run(self._see_online())
            except Exception:
                if not told and self._settings.url:
                    told = True
                    self._view.say(
                        "{}:{} does not answer as an MQTT broker; trying on".format(*self._settings.broker())
                    )
                self._end.wait(2)

    async def _see_online(self):
        from amqtt.client import MQTTClient

        client = MQTTClient(config={"auto_reconnect": False, "keep_alive": 30})
        url = self._settings.url
        user = url.netloc.rpartition("@")[0] + "@" if url and url.username else ""
        await asyncio.wait_for(client.connect("mqtt://{}{}:{}/".format(user, *self._settings.broker())), 10)
        try:
            await client.subscribe([(self._base() + "/status", 0)])
            while not self._end.is_set():
                try:
                    message = await client.deliver_message(1)
                except asyncio.TimeoutError:
                    continue
                if message and bytes(message.data).strip(b'"') == b"online":
                    self._connected.set()
                    return
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.disconnect(), 2)

    # stop

    def _stop(self):
        self._end.set()
        if self._board:
            with contextlib.suppress(Exception):
                if not self._board.stop():
                    self._view.say("the device did not stop in time: its power was cut")
        if self._view:
            with contextlib.suppress(OSError):  # the terminal is closed
                self._view.stop()
        if self._broker:
            with contextlib.suppress(OSError):
                self._broker.stdin.close()
            try:
                self._broker.wait(3)
            except subprocess.TimeoutExpired:
                self._broker.kill()
                self._broker.wait()


def _hosts(config):
    """Return where a configuration looks for its broker: in the board's network that is the one of this run."""
    section = config.get("mqtt")
    hosts = section.get("host") if isinstance(section, dict) else None
    hosts = [hosts] if isinstance(hosts, str) else hosts if isinstance(hosts, list) else []
    found = {
        host.rpartition(":")[0] if re.search(r":\d+$", host) else host
        for host in hosts
        if isinstance(host, str)
    }
    return found | {_BROKER}


def _python():
    """The Python that finds this package, as a shell takes it."""
    first = shutil.which("python3")
    here = Path.cwd() == SAMPLES.parent or first and Path(first).parent == Path(sys.executable).parent
    return "python3" if here else shlex.quote(sys.executable)


def shown(path):
    """A path as short as a shell takes it."""
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return shlex.quote(str(path))


def _status(url):
    # That of the answer; 0: there is none.
    try:
        # A device's certificate is signed by itself.
        with urllib.request.urlopen(url, timeout=2, context=ssl._create_unverified_context()) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, ValueError):
        return 0
    except Exception:  # http.client's own, of a connection cut short
        return 0


def _names(config):
    valves = config.get("valves", {}).get("valves", ())
    return {valve.get("pin"): valve.get("name") for valve in valves}


def main():
    """Run `make run`; return the exit status."""
    try:
        return Run(Settings(os.environ)).main()
    except firmware.BoardError as error:
        print("error: {}".format(safe(error, one_line=True)), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
