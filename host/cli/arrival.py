"""Arrival: a board that was just deployed is followed on its console until it is on its network."""

import re
import time

from .. import ports
from .show import Fail, say

_PATIENCE_S = 60
_JOINED = re.compile(r" wlan: connected to (.*) as (\S+)$")
_TROUBLE = re.compile(r" (?:WARNING|ERROR|CRITICAL) \w+: | wlan: |^\w*Error: |^Traceback ")


def wait(usb, config):
    """Start the program of the board at `usb` (a Usb) and wait for its network; tell what is in the way.

    Returns its address, "http://192.168.1.50/" or, without a web server, "192.168.1.50"; None: it did not come.
    """
    say("waiting for the board to join its Wi-Fi; Ctrl-C leaves it to itself")
    usb.restart()
    last = ""
    heard = "nothing"
    end = time.monotonic() + _PATIENCE_S
    try:
        for line in usb.lines(end):
            found = _JOINED.search(line)
            if found:
                address = url(config, found.group(2))
                say("{}: on the network {!r}".format(address, found.group(1)))
                return address
            heard = repr(line) if line else heard
            if _TROUBLE.search(line):
                last = line
                say("  " + line)
    except Fail as error:
        last = str(error)
    last = last or "it does not say why; the last that it printed is {}; `modcore shell` shows more".format(
        heard
    )
    say("not on a network after {} s: {}".format(_PATIENCE_S, last))
    return None


def url(config, host):
    """Return where a device with the configuration `config` (dict) at the address `host` is found."""
    found = ports.web_port(config)
    if found is None:
        return host
    scheme = ports.scheme(config)
    usual = found == (443 if scheme == "https" else 80)
    return "{}://{}{}/".format(scheme, host, "" if usual else ":{}".format(found))
