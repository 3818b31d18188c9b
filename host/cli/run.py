"""run: a project on the virtual board, with web server and broker; started again when a file changes."""

import json
import os
import re
import time
from pathlib import Path

from ..device_files import is_environment
from .link import RUNNING, check_project
from .show import Fail, json_text

_NOT_WATCHED = {"tests", "__pycache__", ".git", ".device"}


def run(folder, http_port, mqtt_port, broker, runtime, heap, show=False, as_json=False):
    """Run the project in `folder` until Ctrl-C; returns the exit status.

    show: open its page in a browser. as_json: print a JSON object a line.
    """
    from ..board.firmware import BoardError
    from ..run_settings import Settings

    folder = Path(folder).resolve()
    check_project(folder)
    _tools()
    environment = dict(os.environ, SAMPLE=str(folder), DEVICE=str(folder / RUNNING.parent))
    for name, value in (
        ("HTTP_PORT", http_port),
        ("MQTT_PORT", mqtt_port),
        ("MQTT_URL", broker),
        ("RUNTIME", runtime),
        ("HEAP", heap),
    ):
        if value:
            environment[name] = str(value)
    try:
        return _project_run(as_json, show)(Settings(environment), folder).main()
    except BoardError as error:
        raise Fail(_as_options(str(error))) from None


def _as_options(text):
    """Say what `make run` says of its variables in words of this command: modcore run --http-port 8081."""
    names = {"HTTP_PORT": "--http-port", "MQTT_PORT": "--mqtt-port", "MQTT_URL": "--broker"}
    names.update(RUNTIME="--runtime", HEAP="--heap")
    text = re.sub(
        r"\b([A-Z_]+)=(\S+) make run", lambda m: "modcore run {} {}".format(names[m[1]], m[2]), text
    )
    for name in names:
        text = re.sub(r"\b{}=".format(name), names[name] + " ", text)
    text = re.sub(r"\b(HTTP|MQTT)_PORT\b", "port", text)
    return text.replace("make run", "modcore run")


def _tools():
    from .. import toolchain

    try:
        toolchain.ensure("micropython", "micropython32", "python", "lib")
    except toolchain.ToolchainError as error:
        raise Fail(str(error)) from None


class _JsonView:
    """In place of what people see: a JSON object for each thing that happens."""

    def __init__(self, title, names):
        self.tell("start", title=title, pins=names)

    def tell(self, event, **facts):
        """Print an object."""
        print(json_text(dict({"event": event}, **facts)), flush=True)

    def start(self):
        """Begin."""

    def stop(self):
        """End."""

    def changed(self, what, name, value):
        """Something of the board has changed."""
        self.tell(
            "changed", what=what, name=name, value=value if isinstance(value, (int, float, str)) else None
        )

    def printed(self, text):
        """The program has printed something."""
        self.tell("printed", text=text)

    def say(self, line):
        """Something is to be told."""
        self.tell("said", text=line)


def _project_run(as_json, show):
    from .. import run as runner
    from ..board import layout
    from ..board.firmware import BoardError
    from ..ports import scheme, web_port
    from ..run import HINT_S, Run

    if as_json:
        runner.view = _JsonView

    class ProjectRun(Run):
        """A run that tells the other commands where its board is, and looks after the project's files."""

        def __init__(self, settings, folder):
            super().__init__(settings)
            self._folder = folder
            self._seen = _state(folder)
            self._restarted = None

        def _wait_ready(self):
            # Told before it is ready: whoever looks for the reason why it is not needs the board.
            self._port, self._with_mqtt = web_port(self._config), "mqtt" in self._config.get("plugins", ())
            where = self._tell_where()
            super()._wait_ready()
            if not self._ready:
                return
            if as_json:
                self._view.tell("ready", **where)
            if show and "http" in where:
                import webbrowser

                webbrowser.open(where["http"])

        def _tell_where(self):
            where = {"pid": os.getpid(), "usb": self._board.open_usb()}
            if self._port is not None:
                where["http"] = "{}://127.0.0.1:{}".format(scheme(self._config), self._settings.http_port)
            if self._with_mqtt:
                where["mqtt"] = self._mqtt_url()
            (self._folder / RUNNING).write_text(json.dumps(where))
            return where

        def _board_command(self):
            return "modcore board"

        def _look_after(self, starting=False):
            if not self._folder.is_dir():
                self._end.set()
                self._ready = False  # what the device says of it is of no use
                raise BoardError("{} is gone; start `modcore run` where it is now".format(self._folder))
            now = _state(self._folder)
            if now != self._seen:
                changed = sorted({path for path, _, _ in set(now) ^ set(self._seen or ())})
                self._seen = now
                try:
                    self._config = layout.lay_out(
                        self._settings.folder, self._folder, self._settings.runtime, self._view.say
                    )
                except OSError as error:  # removed, or exchanged, while it was read
                    self._view.say("{}; looking again".format(error))
                    self._seen = None
                except BoardError as error:
                    self._view.say("not started again: {}".format(error))
                else:
                    self._view.say("{} changed: started again".format(", ".join(changed)))
                    self._board.reset()
                    self._restarted = None if self._tell_new_ports() else time.monotonic()
                return
            if self._restarted and time.monotonic() > self._restarted + HINT_S:
                self._restarted = None
                if self._port is not None and not 0 < self._web_status() < 500:
                    self._view.say(
                        "still waiting for the web server; a module that never returns holds it up"
                    )
            super()._look_after(starting)

        def _tell_new_ports(self):
            port, mqtt = web_port(self._config), "mqtt" in self._config.get("plugins", ())
            new = ["the web server's port"] * (port not in (None, self._port))
            new += ["the broker"] * (mqtt and not self._with_mqtt)
            if new:
                self._view.say("{} is new: Ctrl-C, and `modcore run` again".format(" and ".join(new)))
            return bool(new)

        def _stop(self):
            try:
                if json.loads((self._folder / RUNNING).read_text())["pid"] == os.getpid():
                    (self._folder / RUNNING).unlink()
            except (OSError, ValueError, KeyError, TypeError):
                pass
            super()._stop()

    return ProjectRun


def _watched(place, name):
    return (
        name not in _NOT_WATCHED
        and not name.startswith(".")
        and not is_environment(os.path.join(place, name))
    )


def _state(folder):
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if _watched(place, name)]
        for name in files:
            path = os.path.join(place, name)
            try:
                about = os.stat(path)
            except OSError:
                continue
            if not name.startswith(".") and not name.endswith((".pyc", ".md", "~", ".swp")):
                found.append((os.path.relpath(path, folder), about.st_mtime_ns, about.st_size))
    return sorted(found)
