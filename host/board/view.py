"""The board's doings, for a person: a live table in a terminal, a line per change anywhere else."""

import contextlib
import sys
import threading
import time

from ..terminal import safe


class Lines:
    """A line per change and per printed line; of a pin that changes often only a few a second.

    names: {number: what a person calls the pin}.
    """

    def __init__(self, names=None, stream=None):
        self._names = names or {}
        self._stream = stream or sys.stdout
        self._rest = ""
        self._lock = threading.Lock()
        self._last = {}  # pin -> [second, lines in it]

    def start(self):
        """Begin."""

    def stop(self):
        """End."""

    def changed(self, what, name, value):
        """Show a change."""
        label = self._names.get(name) if what == "pin" else None
        text = describe(what, "{} {}".format(name, label) if label else name, value)
        if text and not self._too_many(what, name):
            self.say(text)

    def _too_many(self, what, name):
        if what not in ("pin", "volts"):
            return False
        second = int(time.monotonic())
        entry = self._last.setdefault((what, name), [second, 0])
        if entry[0] != second:
            entry[:] = [second, 0]
        entry[1] += 1
        return entry[1] > 5

    def printed(self, text):
        """Show what the program prints, line by line."""
        with self._lock:
            *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self.say(line)

    def say(self, line):
        """Show a line."""
        with self._lock:
            try:
                self._stream.write(safe(line) + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                pass  # nobody reads it any more


class Table:
    """Pins and radio in a table at the bottom of the terminal, above it what the program prints."""

    def __init__(self, title, names=None):
        from rich.console import Console
        from rich.live import Live

        self._title = title
        self._names = names or {}
        self._pins = {}
        self._facts = {}
        self._rest = ""
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, get_renderable=self._render, refresh_per_second=8)

    def start(self):
        """Begin."""
        self._live.start()

    def stop(self):
        """End, leaving the last state on the screen."""
        self._live.stop()

    def changed(self, what, name, value):
        """Show a change."""
        if what == "pin":
            self._pins[name] = value
        elif what == "power":
            self._facts["board"] = {"off": "off", "sleep": "asleep"}.get(name, "on, by {}".format(value))
        else:
            self._facts["{} {}".format(_WORDS.get(what, what), name).strip()] = value

    def printed(self, text):
        """Show what the program prints, line by line."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self.say(line)

    def say(self, line):
        """Show a line."""
        with contextlib.suppress(OSError):  # nobody reads it any more
            self._console.print(safe(line), markup=False, soft_wrap=True)

    def _render(self):
        from rich.columns import Columns
        from rich.console import Group
        from rich.text import Text

        pins = [self._cell(number, self._pins[number]) for number in sorted(self._pins)]
        facts = safe("   ".join("{}: {}".format(key, self._facts[key]) for key in sorted(self._facts)), True)
        return Group(
            Text(self._title, "bold"),
            Columns(pins, padding=(0, 3)) if pins else Text("no pin in use", "dim"),
            Text(facts, "dim"),
        )

    def _cell(self, number, value):
        from rich.text import Text

        words = [
            "GPIO{}".format(number),
            self._names.get(number, ""),
            {0: "○", 1: "●"}.get(value, str(value)),
        ]
        return Text(" ".join(word for word in words if word), "bold green" if value == 1 else "")


_WORDS = {"wifi": "", "ap": "access point"}


def describe(what, name, value):
    """Return the line that tells a person of a change, or None for what is of no interest."""
    if what == "pin":
        return "GPIO{} {}".format(name, {0: "low", 1: "high"}.get(value, value))
    if what == "volts":
        return "GPIO{} {}".format(name, "open" if value is None else "{} V".format(value))
    if what == "power":
        if name == "off":
            return None
        return {"start": "board started by {}", "watchdog": "watchdog {}", "sleep": "asleep, {}"}[
            name
        ].format(value)
    if what == "wifi":
        return "wlan {} {}".format(name, value)
    if what == "ap":
        return "access point {} {}".format(name, value)
    return "{} {} {}".format(what, name, value)


def view(title, names=None):
    """Return the view that suits standard output."""
    if sys.stdout.isatty():
        try:
            return Table(title, names)
        except ImportError:
            pass
    return Lines(names)
