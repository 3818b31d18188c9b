"""What the bridge makes of its configuration when it starts."""

from modcore.topics import check

RARE = True  # read once, when the module starts

_RANGES = {
    "port": (0, 65535),
    "keepalive_s": (2, 65535),
    "qos": (0, 1),
    "queue": (1, 1000),
    "max_packet": (128, 2097152),
}
_TLS_KEYS = ("cafile", "cert", "key", "verify", "name")


def verify(config):
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
    base = config["base"]
    try:
        check(base or "modcore")
    except (ValueError, TypeError) as error:
        raise ValueError("mqtt: base: %s" % error)
    brokers(config)


def brokers(config):
    """The brokers, a list of (host, port), in the order in which they are tried. ValueError: one is no address."""
    hosts = config["host"] or []
    if isinstance(hosts, str):
        hosts = [hosts]
    if not isinstance(hosts, (list, tuple)):
        raise ValueError("mqtt: host %r: takes a name, an address, or a list of them" % (hosts,))
    port = config["port"] or (8883 if with_tls(config) else 1883)
    return [_address(host, port) for host in hosts]


def with_tls(config):
    """Whether the connection is encrypted."""
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
    if digits:
        if digits[0] != ":" or not digits[1:].isdigit() or not 0 < int(digits[1:]) < 65536:
            raise ValueError("mqtt: host %r: takes a port from 1 to 65535 after the colon" % host)
        port = int(digits[1:])
    if not name or "/" in name or " " in name:
        raise ValueError("mqtt: host %r: takes a name or an address, such as 192.168.1.5:1883" % host)
    return name, port


def base(config, kernel):
    """What all topics begin with, without the last slash."""
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
