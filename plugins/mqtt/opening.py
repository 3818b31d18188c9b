"""Getting a connection: address, TCP, TLS, CONNECT, CONNACK. Loaded for each attempt, then unloaded."""

import sys

from . import Link, load


def connect(bridge):
    """A generator that gets a connection and ends in `session.open`; each yield waits for the socket.

    OSError, ValueError: there is none to be had, and why.
    """
    import socket
    from errno import EAGAIN, EINPROGRESS

    config = bridge.config
    if bridge.addr is None:
        host = config["host"]
        if ":" not in host and host.strip("0123456789."):
            host = yield from load("name_resolution").find(bridge)
        port = config["port"] or (1883 if config["tls"] is None else 8883)
        # For an address in figures this asks nobody.
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        bridge.addr = (found[0], found[-1])
    stream = bridge.stream = socket.socket(bridge.addr[0], socket.SOCK_STREAM)
    stream.setblocking(False)
    try:
        stream.connect(bridge.addr[1])
    except OSError as error:
        if error.args[0] not in (EINPROGRESS, EAGAIN):
            raise
    bridge.watch(stream, 4, bridge.wake)  # POLLOUT
    yield
    bridge.unwatch(stream)
    # Whether TCP stands shows in the first write, and TLS shakes hands with it.
    if config["tls"] is not None:
        stream = load("tls").wrap_socket(stream, config)
    if sys.implementation.name == "cpython":
        stream = load("host_socket").Stream(stream)
    bridge.stream = stream
    link = Link(stream)
    extend(("publish", "ping", "_send_str"), lambda simple: encode(link, bridge, simple))
    link.pid = 0
    while not link.flush():
        bridge.watch(stream, 4 if config["tls"] is None else 1, bridge.wake)
        yield
    bridge.watch(stream, 1, bridge.wake)  # POLLIN
    while link.count < 4:
        yield
        count = stream.readinto(memoryview(link.buffer)[link.count : 4])
        if count == 0:
            raise OSError("closed by the broker")
        link.count += count or 0
    kind, size, _, code = link.buffer[:4]
    if kind != 0x20 or size != 2 or code > 5:
        raise ValueError("what answers is no MQTT broker")
    if code:
        reasons = (
            "protocol version not accepted",
            "client id rejected",
            "server unavailable",
            "bad user name or password",
            "not authorized",
        )
        raise ValueError("refused: %s" % reasons[code - 1])
    link.count = 0
    load("session").open(bridge, link)
    yield


def encode(link, bridge, simple):
    """Queue CONNECT as umqtt writes it; simple: umqtt's module."""
    config = bridge.config
    user = config["user"].encode() or None
    password = user and str(config["password"]).encode()
    client = simple.MQTTClient(client_id(bridge), "", 1, user, password, config["keepalive_s"])
    client.set_last_will(bridge.base.encode() + b"status", b"offline", True)
    # It shall write to what it takes for the module `socket`, and be answered with consent.
    theirs = simple.socket
    simple.socket = ours = Link(None)
    ours.socket = lambda *_: ours
    ours.getaddrinfo = lambda *_: ((0,),)
    ours.connect = ours.settimeout = ours.setblocking
    ours.read = lambda _: b"\x20\x02\0\0"
    try:
        client.connect()
    finally:
        simple.socket = theirs
    link.data = ours.data


def extend(items, handler=None):
    """Give Link methods of umqtt's client; on a device the rest, more than the half, leaves memory.

    handler: called with umqtt's module as long as it is whole.
    """
    device = sys.implementation.name != "cpython"
    if not device:
        load("host_socket")
    device = device and "umqtt.simple" not in sys.modules
    from umqtt import simple

    if handler:
        handler(simple)
    for name in items:
        setattr(Link, name, getattr(simple.MQTTClient, name))
    if device:
        del simple.MQTTClient
        del simple.MQTTException
        del sys.modules["umqtt"].simple
        del sys.modules["umqtt"]
        del sys.modules["umqtt.simple"]


def client_id(bridge):
    """The configured one, or the device's name and unique number, bytes.

    MQTT promises 23 characters (3.1.1 section 3.1.3.1).
    """
    name = bridge.config["client_id"]
    if not name:
        name = bridge.kernel.name
        try:
            from binascii import hexlify

            from machine import unique_id

            number = hexlify(unique_id()).decode()[-12:]
            name = name[: 23 - len(number)] + number
        except ImportError:
            pass
    return name.encode()
