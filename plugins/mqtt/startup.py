"""The start of the bridge: its configuration is checked, and the state of the device collected.

A change of the configuration that loses the broker is undone, for it may have come by way of that broker: see
`settle`, `undo` and modcore/trial.py.
"""

from modcore.ticks import const, ticks_ms
from modcore.topics import check

from .packets import Link
from .session import Session

RARE = True  # once, when the module starts


def begin(bridge):
    """Prepare `bridge` to connect. ValueError: what is wrong in its configuration, and what would be right."""
    settle(bridge)
    prepare(bridge)
    if not bridge.brokers:
        bridge.log.error("config: mqtt: host is empty; name the broker there")
        if bridge.trial_end_ms is not None:
            bridge.after(bridge.config["trial_s"] * 1000, undo, bridge)


def prepare(bridge):
    """Give `bridge` all that a connection needs, from its configuration, which is good."""
    config = bridge.config
    bridge.prefix = base(config, bridge.kernel) + "/"
    bridge.client_id = client_id(config, bridge.kernel)
    bridge.brokers = brokers(config)
    bridge.tls = None
    if with_tls(config):
        bridge.tls = config["tls"] if isinstance(config["tls"], dict) else {}
    bridge.tls_context = bridge.address = None
    bridge.pause_s = 1  # before the next attempt to connect
    bridge.failures = 0  # attempts in a row that failed
    bridge.short = 0  # connections in a row that ended soon
    bridge.rejected = 0  # messages that had no business here
    bridge.ready = False  # there is something to read, or the attempt can go on
    bridge.heard = False  # something has come since the last ping
    bridge.watched = 0  # for what the socket is watched
    bridge.changes = None  # of the bus: which of its subscriptions the broker knows
    bridge.reserve = (
        None  # memory for the next attempt to connect, which must find room beside a server's guests
    )
    bridge.link = Link(config["max_packet"], bridge.on_oversize)
    bridge.session = Session(bridge.link, config["queue"], config["keep"] == "oldest")
    bridge.told = {}  # topic of the bus whose state the broker keeps -> the value that it has to get, or TOLD
    bridge.changed = []  # those that it has not got, in the order in which they changed
    bridge.twins = []  # client ids of other devices that use the same topics
    bridge.swept = bridge.sweeping = False  # what the broker keeps of earlier days
    bridge.earlier = None  # what `remember` finds; False: nothing
    bridge.exports = None
    if config["export"] is not None:
        from .subscriptions import allows

        bridge.exports = allows(config["export"])
    bridge.due = ticks_ms()


_RANGES = {
    "port": (0, 65535),
    "keepalive_s": (2, 65535),
    "qos": (0, 1),
    "queue": (1, 1000),
    "max_packet": (128, 2097152),
}
_TLS_KEYS = const(("cafile", "cert", "key", "verify", "name"))


def verify(config, kernel):
    """Raise ValueError when something in the configuration can't be: what it is, and what would be right."""
    for key in sorted(_RANGES):
        low, high = _RANGES[key]
        if (
            not isinstance(config[key], int)
            or isinstance(config[key], bool)
            or not low <= config[key] <= high
        ):
            raise ValueError("mqtt: %s %r: takes %d to %d" % (key, config[key], low, high))
    if config["keep"] not in ("newest", "oldest"):
        raise ValueError("mqtt: keep %r: takes newest or oldest" % (config["keep"],))
    tls = config["tls"]
    if tls is not None and not isinstance(tls, (dict, bool)):
        raise ValueError("mqtt: tls %r: takes null, true or an object" % (tls,))
    for key in tls if isinstance(tls, dict) else ():
        if key not in _TLS_KEYS:
            raise ValueError("mqtt: tls: unknown key %r; have %s" % (key, ", ".join(_TLS_KEYS)))
        takes = bool if key == "verify" else str
        if not isinstance(tls[key], (takes, type(None))):
            raise ValueError(
                "mqtt: tls: %s takes %s, not %r"
                % (key, "true or false" if takes is bool else "a text", tls[key])
            )
    if not isinstance(config["persistent"], (list, bool, type(None))):
        raise ValueError(
            "mqtt: persistent %r: takes true, false or a list of modules" % (config["persistent"],)
        )
    for key in ("export", "import", "neighbours"):
        if not isinstance(config[key], (list, type(None))):
            raise ValueError("mqtt: %s %r: takes a list of filters" % (key, config[key]))
        for filter in config[key] or ():
            try:
                check(filter, True)
            except (ValueError, TypeError) as error:
                raise ValueError("mqtt: %s: %s" % (key, error))
    try:
        check(base(config, kernel))
    except (ValueError, TypeError) as error:
        raise ValueError("mqtt: base: %s" % error)
    brokers(config)


def brokers(config):
    """The brokers, a list of (host, port), in the order in which they are tried. ValueError: one is not an address."""
    hosts = config["host"] or []
    if isinstance(hosts, str):
        hosts = [hosts]
    if not isinstance(hosts, (list, tuple)):
        raise ValueError("mqtt: host %r: takes a name, an address, or a list of them" % (hosts,))
    port = config["port"] or (8883 if with_tls(config) else 1883)
    return [_address(host, port) for host in hosts]


def with_tls(config):
    """Tell whether the connection is encrypted."""
    return config["tls"] is True or isinstance(config["tls"], dict)


def _address(host, port):
    # name, name:port, 1.2.3.4:port, fe80::1, [fe80::1]:port
    if not isinstance(host, str) or not host.strip():
        raise ValueError("mqtt: host %r: takes a name or an address" % (host,))
    name, digits = host.strip(), ""
    if name[:1] == "[" and "]" in name:
        end = name.rfind("]")
        name, digits = name[1:end], name[end + 1 :]
    elif name.count(":") == 1:
        at = name.find(":")
        name, digits = name[:at], name[at:]
    shown = host[host.rfind("@") + 1 :]  # as a URL it may hold a password before that
    if digits:
        if digits[0] != ":" or not digits[1:].isdigit() or not 0 < int(digits[1:]) < 65536:
            raise ValueError("mqtt: host %r: takes a port from 1 to 65535 after the colon" % shown)
        port = int(digits[1:])
    parts = name.split(".")
    if ":" in name:
        wrong = name.split("%")[0].strip("0123456789abcdefABCDEF:.")
    elif name.strip("0123456789."):
        wrong = [c for c in "/ ,@" if c in name] or "" in parts[:-1]
    else:  # figures that are not an address would be looked up as a name, for which the device would wait
        wrong = len(parts) != 4 or [part for part in parts if not part or int(part) > 255]
    if wrong:
        raise ValueError("mqtt: host %r: takes a name or an address, such as 192.168.1.5:1883" % shown)
    return name, port


def base(config, kernel):
    """Return what all topics begin with, without the last slash."""
    return (config["base"] or "modcore/" + kernel.name).rstrip("/")


def client_id(config, kernel):
    """The configured one, or the device's name and unique number.

    MQTT promises 23 characters (3.1.1 section 3.1.3.1).
    """
    name = config["client_id"]
    if not name:
        name = kernel.name
        try:
            from binascii import hexlify

            from machine import unique_id

            number = hexlify(unique_id()).decode()[-12:]
            name = name[: 23 - len(number)] + number
        except ImportError:
            pass
    return name


def settle(bridge):
    """Check the configuration with which the bridge starts, and go back to the last good one when it can't be.

    ValueError: what is wrong in it, and there was none before.
    """
    from modcore.config import sections

    bridge.trial_end_ms = None
    fresh = bridge.proven is None
    if fresh:
        _resume(bridge)
    changed = not fresh and sections(bridge) != bridge.proven
    try:
        verify(bridge.config, bridge.kernel)
    except ValueError as error:
        if not changed:
            raise
        _restore(bridge, bridge.proven, error)
        return
    if changed and bridge.since_ms is not None and bridge.config["trial_s"]:
        from modcore.trial import begin

        begin(bridge)
        bridge.trial_end_ms = bridge.kernel.uptime_ms() + bridge.config["trial_s"] * 1000
    elif not fresh:
        from modcore.trial import end

        end(bridge)
    if bridge.since_ms is None:
        bridge.proven = sections(bridge)  # it can be, at least


def _resume(bridge):
    # The device restarts: were other settings tried when it went down?
    from modcore.json_files import exists, trial_path

    if exists(trial_path(bridge.kernel)):
        from modcore.trial import end, interrupted

        old = interrupted(bridge)
        if old:
            _restore(bridge, old, "the device restarted before the broker was reached")
        end(bridge)


def undo(bridge):
    """Go back to the last configuration with which the broker was reached, when the time for it has come."""
    if bridge.trial_end_ms is not None and bridge.kernel.uptime_ms() >= bridge.trial_end_ms:
        from modcore.trial import restore

        restore(bridge, bridge.proven, "no broker for %d s" % bridge.config["trial_s"])
        bridge.kernel.reconfigure(bridge.id)


def _restore(bridge, old, reason):
    # While it starts: what is configured already has to be so anew.
    from modcore.config import settings
    from modcore.trial import restore

    restore(bridge, old, reason)
    bridge.config = settings(bridge, bridge.section or bridge.id, bridge.defaults)
