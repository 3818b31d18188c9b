"""The control channel of a running board: a line in, a line or more out, over a socket of the file system.

Requests are words (`pin 5 1`); the answer is lines that end with one of `ok`, or `error: why`.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import shlex
import socket
import stat
import tempfile
from pathlib import Path

from . import arguments
from .view import describe
from .world.i2c_devices import Bh1750, Bme280

_SENSED = {  # what `sense` takes for each sensor
    "dht": "C RH",
    "ds18b20": "ROM C",
    "bme280": "C RH HPA",
    "bmp280": "C HPA",
    "bh1750": "LUX",
    "distance": "CM",
}
WORLD = "world.txt"  # in a program's folder: what is around the virtual board


def address(folder):
    """Return the path of the control socket of the board in `folder`.

    Paths of sockets are short, those of folders need not be: it is in a folder of its own for this user.
    """
    place = Path(tempfile.gettempdir()) / "modcore-{}".format(os.getuid())
    place.mkdir(mode=0o700, exist_ok=True)
    about = place.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise OSError("{} is not a folder of yours".format(place))
    return str(place / hashlib.sha256(str(Path(folder).resolve()).encode()).hexdigest()[:16])


def request(folder, line, timeout_s=30):
    """Send one request to the board in `folder` and yield the lines of its answer.

    OSError: no board runs there. ValueError: it refuses, and why.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout_s)
        sock.connect(address(folder))
        sock.sendall(line.encode() + b"\n")
        with sock.makefile("r", encoding="utf-8") as answer:
            for text in answer:
                text = text.rstrip("\n")
                if text == "ok":
                    return
                if text.startswith("error: "):
                    raise ValueError(text[7:])
                yield text


def act(board, application):
    """Do what the file world.txt of the program in the folder `application` says is around the board.

    It holds a command a line, and comments after #. ValueError: one can't be done, and which.
    """
    path = Path(application) / WORLD
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        line = line.partition("#")[0].strip()
        try:
            do(board, line)
        except ValueError as error:
            raise ValueError("{}: {}: {}".format(path, line, error)) from None


def do(board, line):
    """Do what a line of `modcore board` says, in the board's thread. ValueError: why it can't be done."""
    answer = _Control(board).answer(line.encode())
    if answer.startswith("error: "):
        raise ValueError(answer[7:].strip())


def running(folders):
    """Those of `folders` whose board runs (list)."""
    found = []
    for folder in folders:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock, contextlib.suppress(OSError):
            sock.connect(address(folder))
            found.append(folder)
    return found


def serve(board):
    """Take requests for `board` (in its thread) until it stops. OSError: another one runs in its folder."""
    path = address(board.folder)
    if os.path.exists(path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(path)
            except OSError:
                os.unlink(path)  # of a board that was killed
            else:
                raise OSError("a board runs in {} already; stop that one first".format(board.folder))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(path)
    sock.listen(8)
    control = _Control(board)

    async def listen():
        control.server = await asyncio.start_unix_server(control.meet, sock=sock)

    def close():
        if control.server:
            control.server.close()
        sock.close()
        with contextlib.suppress(OSError):
            os.unlink(path)

    board.start_task(listen())
    board.at_stop(close)
    board.listeners.append(control.changed)


class _Control:
    """The commands, each a method `on_<word>(*arguments)` that returns what to say, or nothing."""

    def __init__(self, board):
        self._board = board
        self._world = board.world
        self._watchers = set()
        self.server = None

    async def meet(self, reader, writer):
        """Serve one connection."""
        try:
            while True:
                line = await reader.readline()
                if not line:
                    break
                if line.strip() == b"watch":
                    await self._watch(reader, writer)
                    break
                writer.write(self.answer(line).encode())
                await writer.drain()
        except (OSError, ValueError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def answer(self, line):
        """Return the answer to a request."""
        try:
            words = shlex.split(line.decode())
            if not words:
                return "ok\n"
            handler = getattr(self, "on_" + words[0].replace("-", "_"), None)
            if handler is None:
                raise ValueError("no command {!r}; have {}".format(words[0], ", ".join(sorted(COMMANDS))))
            try:
                found = handler(*words[1:])
            except TypeError:
                raise ValueError("usage: {}".format(COMMANDS[words[0]])) from None
            finally:
                self._board.plan()
        except (ValueError, OSError, UnicodeDecodeError) as error:
            return "error: {}\n".format(" ".join(str(error).split()))
        return ("{}\n".format(found) if found is not None else "") + "ok\n"

    async def _watch(self, reader, writer):
        self._watchers.add(writer)
        try:
            await reader.read(1)
        finally:
            self._watchers.discard(writer)

    def changed(self, what, name, value):
        """Tell all that watch."""
        text = describe(what, name, value)
        if text is None:
            return
        for writer in self._watchers:
            if writer.transport.get_write_buffer_size() < 65536:
                writer.write(text.encode() + b"\n")

    # commands

    def on_pin(self, number, level=None):
        pins = self._world.pins
        if level is None:
            return str(pins[arguments.pin(number)].show())
        pins.drive(arguments.pin(number), arguments.level(level))

    def on_pins(self):
        return (
            "\n".join(
                "{:4} {}".format(pin.number, pin.show()) for pin in self._world.pins if pin.mode is not None
            )
            or "the program uses no pin"
        )

    def on_press(self, number, ms="100"):
        pins, pin = self._world.pins, arguments.pin(number)
        idle = pins[pin].level()
        pins.bounce(pin, 0 if idle else 1, 3, 6)
        self._world.after(arguments.above(ms, 0), pins.bounce, pin, idle, 3, 6)

    def on_pulse(self, number, count="1", hz="10"):
        self._world.pins.pulse(arguments.pin(number), arguments.whole(count), arguments.above(hz, 0))

    def on_bounce(self, number, level, times="4", ms="8"):
        self._world.pins.bounce(
            arguments.pin(number),
            1 if arguments.level(level) else 0,
            arguments.whole(times),
            arguments.above(ms, 0),
        )

    def on_volts(self, number, volts):
        self._world.pins.volts(arguments.pin(number), None if volts == "none" else arguments.decimal(volts))

    def on_ap(self, action, ssid=None, *more):
        wifi = self._world.wifi
        if action in ("up", "down"):
            (wifi.up if action == "up" else wifi.down)(ssid)
        elif action == "add" and ssid is not None:
            wifi.add(ssid, more[0] if more else "", arguments.number(more[1]) if len(more) > 1 else -60)
            self._board.radio.look()
        elif action == "rssi" and len(more) == 1:
            wifi[ssid].rssi = arguments.number(more[0])
        elif action in ("dhcp", "hidden", "refuses") and len(more) == 1:
            setattr(wifi[ssid], action, arguments.switch(more[0]))
        else:
            raise TypeError

    def on_phone(self, action):
        wifi = self._world.wifi
        if action == "join":
            wifi.join("02c0de01{:04x}".format(len(wifi.stations)))
        elif action == "leave":
            if not wifi.stations:
                raise ValueError("no phone has joined")
            wifi.leave(wifi.stations[-1])
        else:
            raise TypeError

    def on_expose(self, port, pc_port="0"):
        return str(self._board.radio.expose(arguments.whole(port), arguments.whole(pc_port)))

    def on_power(self, action):
        if action == "cut":
            self._board.cut()
        elif action == "on":
            self._board.power_on()
        elif action == "reset":
            self._board.restart("reset", 0)
        else:
            raise TypeError

    def on_interrupt(self):
        self._board.ctrl_c()

    def on_clock(self, seconds):
        self._world.clock.jump(arguments.number(seconds))

    def on_garden(self, what=None, value=None):
        garden = self._world.garden
        if garden is None:
            raise ValueError("there is no garden around this board")
        if what is None:
            return "%.1f L/min, %.1f L so far" % (garden.rate(), garden.litres)
        if value is None or what not in ("burst", "blocked", "rain", "speed"):
            raise TypeError
        if what == "rain":
            garden.let_it_rain(arguments.switch(value))
        else:
            setattr(
                garden, what, max(1, arguments.whole(value)) if what == "speed" else arguments.switch(value)
            )

    def on_temperature(self, celsius):
        self._world.power.temperature = float(celsius)

    def on_sense(self, kind, place, *values):
        wires = self._world.wires
        places = {"dht": wires.dht, "ds18b20": wires.ds18b20, "distance": wires.distance}.get(kind, wires.i2c)
        try:
            number = int(place, 0)
        except ValueError:
            raise ValueError("{!r}: takes a pin or an address, as 4 or 0x76".format(place)) from None
        if values != ("off",):
            if kind not in _SENSED:
                raise ValueError("no sensor {!r}; have {}".format(kind, ", ".join(sorted(_SENSED))))
            if len(values) != len(_SENSED[kind].split()):
                raise ValueError("{} takes {}, not {!r}".format(kind, _SENSED[kind], " ".join(values)))
            values = values[:1] * (kind == "ds18b20") + tuple(
                arguments.decimal(value) for value in values[kind == "ds18b20" :]
            )
        if values == ("off",):
            places.pop(number, None)
        elif kind == "dht":
            celsius, humidity = values
            wires.dht[number] = (celsius, humidity)
        elif kind == "ds18b20":
            rom, celsius = values
            wires.ds18b20.setdefault(number, {})[rom.lower()] = celsius
        elif kind == "distance":
            (cm,) = values
            wires.distance[number] = cm
        elif kind == "bme280":
            wires.i2c[number] = Bme280(*values)
        elif kind == "bmp280":
            celsius, pressure = values
            wires.i2c[number] = Bme280(celsius, None, pressure)
        elif kind == "bh1750":
            (lux,) = values
            wires.i2c[number] = Bh1750(lux)
        else:
            raise TypeError

    def on_card(self, action, size="4"):
        if action == "in":
            self._board.insert_card(arguments.whole(size) * 1024 * 1024)
        elif action == "out":
            self._world.card.eject()
        else:
            raise TypeError

    def on_disk(self, left):
        self._board.flash.leave(
            0 if left == "full" else None if left == "free" else arguments.whole(left) * 1024,
        )

    def on_flash(self, speed=None):
        flash = self._board.flash
        if speed == "opens":
            rows = sorted(flash.opens.items(), key=lambda item: (-item[1], item[0]))
            return "\n".join("{:5} {}".format(count, path) for path, count in rows) or "no file was opened"
        if speed is None:
            return "{:g} ms, {} files opened".format(flash.ms, sum(flash.opens.values()))
        if speed == "forget":
            flash.opens.clear()
        else:
            flash.ms = arguments.above(speed[:-2] if speed.endswith("ms") else speed, -1)

    def on_state(self):
        wifi = self._world.wifi
        return json.dumps(
            {
                "on": self._board.is_on(),
                "boots": self._board.boots,
                "runtime": self._board.runtime,
                "heap": self._board.heap,
                "pins": {pin.number: pin.show() for pin in self._world.pins if pin.mode is not None},
                "wifi": {"station": wifi.state, "access_point": wifi.ap.active, "link": wifi.reachable()},
                "access_points": {ap.ssid: "up" if ap.is_up else "down" for ap in wifi.networks},
                "usb": self._board.usb.path if self._board.usb else None,
            }
        )

    def on_help(self):
        return "\n".join(COMMANDS[word] for word in sorted(COMMANDS))


COMMANDS = {
    "pin": "pin NUMBER [0|1|float]       show a pin, or put a level on it from outside",
    "pins": "pins                         show the pins that the program uses",
    "press": "press NUMBER [MS]            press a button that is there for so long, as a worn contact does",
    "pulse": "pulse NUMBER [COUNT [HZ]]    put pulses on a pin",
    "bounce": "bounce NUMBER 0|1 [TIMES [MS]]   bring a pin to a level as a worn contact does",
    "volts": "volts NUMBER VOLTS|none      put a voltage on a pin",
    "ap": "ap up|down [SSID] | ap add SSID [PASSWORD [RSSI]] | ap rssi SSID DBM | ap dhcp|hidden|refuses SSID on|off",
    "phone": "phone join|leave             let a phone join the board's own access point, or leave it",
    "expose": "expose PORT [PC_PORT]        show where on the PC a port of the board is found, from its next start on",
    "power": "power cut|on|reset           cut the power, bring it back, press the reset button",
    "interrupt": "interrupt                    press Ctrl-C",
    "clock": "clock SECONDS                set the board's clock forward, or back",
    "garden": "garden [burst|blocked|rain on|off | speed N]   what flows; a burst pipe, a closed tap, rain, time",
    "temperature": "temperature CELSIUS          of the chip",
    "sense": "sense dht PIN C RH | ds18b20 PIN ROM C | bme280 ADDRESS C RH HPA | bmp280 ADDRESS C HPA | "
    "bh1750 ADDRESS LUX | distance ECHO_PIN CM | KIND PLACE off   put a sensor there, with what it measures",
    "card": "card in [MB] | card out      put a card into the slot, pull it out",
    "disk": "disk full|KB|free            let the flash be full, have KB left, have room again",
    "flash": "flash [2ms|opens|forget]     let reading take that long, show what was opened, count anew",
    "state": "state                        show everything, as JSON",
    "watch": "watch                        show each change as it comes",
    "help": "help                         show this",
}
