"""The commands of Wlan: scan, restart, add, join, forget."""

from modcore.property import Refused
from modcore.saver import not_saved, saver_of
from modcore.timer import ANSWER_MS

from .credentials import add, forget, take_over
from .networks import read_networks, show_known
from .scan import scan
from .search import leave

RARE = True  # needed for commands


def do(wlan, command, value):
    """Do what `command` asks for. Refused: it can't be, and why."""
    if wlan.radio is None and command in ("scan", "restart"):
        raise Refused("%s/%s: this board has no radio" % (wlan.id, command))
    if command == "scan":
        if wlan.search and wlan.search.trying:
            wlan.search.scan_wanted = True  # the radio does one thing at a time
        else:
            scan(wlan)
    elif command == "restart":
        _restart_soon(wlan)
    elif command == "add":
        _add(wlan, value)
    elif command == "join":
        _join(wlan, value)
    elif command == "forget":
        _forget(wlan, value)
    else:
        raise Refused("%s/%s: no such command" % (wlan.id, command))


def _add(wlan, value):
    error = _change(wlan, add, "add", value)
    if wlan.radio and wlan.network is None:
        wlan.after(ANSWER_MS, _go, wlan, value["ssid"])
    if error:
        raise not_saved(wlan.id + "/add", error)


def _join(wlan, value):
    # A name, of a network that is known, or all that `add` takes.
    error = None
    known = [network["ssid"] for network in wlan.networks]
    if isinstance(value, str):
        if value not in known:
            raise Refused("%s/join: %s is not known" % (wlan.id, value))
        value = {"ssid": value}
    else:
        error = _change(wlan, add, "join", value)
    if wlan.radio:
        wlan.after(ANSWER_MS, _go, wlan, value["ssid"])
    if error:
        raise not_saved(wlan.id + "/join", error)


def _go(wlan, ssid):
    """Go to a known network now, from wherever the device is."""
    for network in wlan.networks:
        if network["ssid"] == ssid and wlan.network is not network:
            if wlan.network:
                wlan.disconnected()
            wlan.begin(network)


def _forget(wlan, ssid):
    if ssid not in [network["ssid"] for network in wlan.networks]:
        raise Refused("%s/forget: %s is not known" % (wlan.id, ssid))
    error = _change(wlan, forget, "forget", ssid)
    trying = wlan.network or wlan.search and wlan.search.trying
    if trying and trying["ssid"] == ssid:
        _restart_soon(wlan)
    if error:
        raise not_saved(wlan.id + "/forget", error)


def _restart_soon(wlan):
    # The answer to the command still goes out over the network that is left.
    wlan.after(ANSWER_MS, _restart, wlan)


def _restart(wlan):
    """Switch the radio off and on, then look for a network from the beginning."""
    wlan.log.info("restart")
    wlan.disconnected()
    leave(wlan.radio)
    wlan.radio.active(False)
    wlan.radio.active(True)
    wlan.begin()


def _save_soon(kernel):
    saver_of(kernel).ask(True, True)  # however often it comes from outside


def _change(wlan, function, command, value):
    """Add or forget a network, in the files and here; returns the OSError when it could not be saved."""
    kernel = wlan.kernel
    trouble = None
    try:
        function(kernel, wlan.id, value, _save_soon)
    except OSError as error:
        wlan.log.error("not saved:", error)
        trouble = error
    except ValueError as error:
        raise Refused("%s/%s: %s" % (wlan.id, command, error))
    take_over(wlan.config, kernel.config.get(wlan.id, {}), kernel.secrets.get(wlan.id, {}))
    read_networks(wlan)
    show_known(wlan)
    return trouble
