"""The commands of Wlan: scan, restart, add, forget."""

from modcore.property import Refused

from .credentials import add, forget, take_over
from .networks import read_networks, show_known
from .scan import scan
from .search import leave

RARE = True  # needed for commands


def run(wlan, id, value):
    """Do what command `id` asks for. Refused: it can't be, and why."""
    if wlan.radio is None and id in ("scan", "restart"):
        raise Refused("%s/%s: this board has no radio" % (wlan.id, id))
    if id == "scan":
        if wlan.search and wlan.search.trying:
            wlan.search.scan_wanted = True  # the radio does one thing at a time
        else:
            scan(wlan)
    elif id == "restart":
        restart(wlan)
    elif id == "add":
        _change(wlan, add, "add", value)
        if wlan.radio and wlan.network is None:
            wlan.begin(wlan.networks[-1])
    else:
        _forget(wlan, value)


def restart(wlan):
    """Radio off and on, then from the beginning."""
    wlan.log.info("restart")
    wlan.disconnected()
    leave(wlan.radio)
    wlan.radio.active(False)
    wlan.radio.active(True)
    wlan.begin()


def _forget(wlan, ssid):
    if ssid not in [network["ssid"] for network in wlan.networks]:
        raise Refused("%s/forget: %s is not known" % (wlan.id, ssid))
    _change(wlan, forget, "forget", ssid)
    trying = wlan.network or wlan.search and wlan.search.trying
    if trying and trying["ssid"] == ssid:
        restart(wlan)


def _change(wlan, function, id, value):
    """Add or forget a network, in the files and here."""
    kernel = wlan.kernel
    try:
        function(kernel, wlan.id, value)
    except OSError as error:
        wlan.log.error("not saved:", error)
    except ValueError as error:
        raise Refused("%s/%s: %s" % (wlan.id, id, error))
    take_over(wlan.config, kernel.config.get(wlan.id, {}), kernel.secrets.get(wlan.id, {}))
    read_networks(wlan)
    show_known(wlan)
