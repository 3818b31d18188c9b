"""shell over a broker: the prompt of a device with the plugin mqtt_console."""

import codeop
import secrets
import sys
import time

from .broker import Broker
from .show import Fail, safe

_ANSWER_S = 30
OFF = 'the device offers no prompt; say {"mqtt_console": {"prompt": true}} in its config.json'


def prompt(device):
    """Read lines, have the device (a broker's Device) run them, print what it answers; returns the exit status."""
    offers = device.offers()
    device.check_online()
    if "prompt" not in offers:
        raise Fail("{}: {}".format(device.place, OFF))
    with Broker(device.url) as broker:
        broker.subscribe(device.console + "out")
        if not sys.stdin.isatty():
            _run(broker, device, sys.stdin.read())
            return 0
        print(safe("Python on {}; Ctrl-D leaves".format(device.url.rpartition("@")[2]), one_line=True))
        while True:
            try:
                code = _statement()
            except (EOFError, KeyboardInterrupt):
                print()
                return 0
            if code.strip():
                _run(broker, device, code)


def _statement():
    lines = [input(">>> ")]
    while True:
        try:
            if codeop.compile_command("\n".join(lines)) is not None:
                break
        except (SyntaxError, ValueError, OverflowError):
            break  # the device says what is wrong
        lines.append(input("... "))
    return "\n".join(lines)


def _run(broker, device, code):
    id = secrets.token_hex(4)
    broker.publish(device.console + "in", {"id": id, "code": code})
    text = ""
    end = time.monotonic() + _ANSWER_S
    while time.monotonic() < end:
        for _, value, _ in broker.messages(max(0.05, end - time.monotonic())):
            if not isinstance(value, dict) or value.get("id") != id:
                continue  # somebody else's
            if value.get("done"):
                for line in text.splitlines():
                    print(safe(line))
                return
            text += str(value.get("text", ""))
    raise Fail("no answer within {} s".format(_ANSWER_S))
