"""Steps of Ntp when it is configured and started."""

from modcore.orders import give, take
from plugins.dns.message import question

RARE = True  # needed when the module is configured and started

_CHECK_MS = 10000


def start(ntp):
    """Declare the properties and begin."""
    declare = ntp.property
    declare("synced", kind="binary_sensor", value=False, name="Clock is right")
    declare("offset", kind="sensor", name="Clock was off by", unit="ms")
    declare("drift", kind="sensor", name="Drift of the clock", unit="ppm")
    declare("server", kind="sensor", name="Time server")
    declare("error", kind="sensor", name="Time error")
    if "sync" in ntp.config["allow"]:
        declare("sync", kind="button", set=give, name="Set the clock")
    take(ntp)
    ntp.listen("wlan/connected", ntp.on_network)
    ntp.every(_CHECK_MS, ntp.check)
    if ntp.kernel.bus.get("wlan/connected", True):  # without wlan there may be a cable
        ntp.ask()


def hosts(texts):
    """The hosts of a configuration as (name, port). ValueError: one can't be, or there is none."""
    found = []
    for text in texts:
        if not isinstance(text, str):
            raise ValueError("ntp: hosts: takes names of servers, not %s" % (text,))
        parts = text.split(":", 1)  # an ESP8266 has no str.partition
        name, port = parts[0], parts[1] if len(parts) > 1 else ""
        if not name or port and not (port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("ntp: hosts: %r: takes a name, or name:port" % text)
        try:
            question(0, name)
        except ValueError as error:
            raise ValueError("ntp: hosts: %s" % error)
        found.append((name, int(port or 123)))
    if not found:
        raise ValueError("ntp: hosts: takes one or more names of servers")
    return found
