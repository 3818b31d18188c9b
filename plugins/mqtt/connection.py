"""Getting a connection: address, TCP, TLS, CONNECT, CONNACK, and why a broker refuses the device."""

import socket
import sys
from errno import EAGAIN, EINPROGRESS
from os import urandom
from select import POLLIN, POLLOUT

import modcore
from modcore.ticks import const, ticks_add, ticks_ms

from . import packets

RARE = True  # once for each connection

_CONNACK = const(0x20)
_RESERVE = const(448)  # bytes


def connect(bridge):
    """A generator that connects `bridge` to the first of its brokers; each yield waits for the socket.

    OSError, ValueError: there is no connection to be had, and why.
    """
    host, port = bridge.brokers[0]
    if bridge.address is None:
        number = yield from find(bridge, host, bridge.wake)
        # For an address in figures this asks nobody.
        found = socket.getaddrinfo(number, port, 0, socket.SOCK_STREAM)[0]
        bridge.address = (found[0], found[-1])
    stream = bridge.stream = socket.socket(bridge.address[0], socket.SOCK_STREAM)
    stream.setblocking(False)
    _send_at_once(stream)
    try:
        stream.connect(bridge.address[1])
    except OSError as error:
        if error.args[0] not in (EINPROGRESS, EAGAIN):
            raise
    bridge.watch(stream, POLLOUT, bridge.wake)
    yield
    bridge.unwatch(stream)
    # Whether TCP stands shows in the first write, and TLS shakes hands with it.
    encrypted = bridge.tls is not None
    if encrypted:
        if bridge.tls_context is None:
            from .tls import context

            bridge.tls_context = context(bridge.tls)
        name = bridge.tls.get("name") or host
        stream = bridge.tls_context.wrap_socket(stream, server_hostname=name, do_handshake_on_connect=False)
    if sys.implementation.name == "cpython":
        from .host_socket import Stream

        stream = Stream(stream)
    bridge.stream = stream
    link = bridge.link
    link.attach(stream)
    _hello(bridge, link.out)
    while not link.flush():
        bridge.watch(stream, POLLIN if encrypted else POLLOUT, bridge.wake)
        yield
    bridge.watch(stream, POLLIN, bridge.wake)
    # CONNACK is four bytes: read no more, whatever it is that comes.
    while link.count < 4:
        yield
        count = stream.readinto(memoryview(link.buffer)[link.count : 4])
        if count == 0:
            raise OSError("closed by the broker")
        link.count += count or 0
    kind, size, _, code = link.buffer[:4]
    if kind != _CONNACK or size != 2:
        raise ValueError("what answers is not an MQTT broker")
    if code:
        refuse(bridge, code)
    link.count = 0
    bridge.ready = True  # what follows has a turn of its own, for which memory can be made
    yield
    _begin(bridge, link.out)


def _send_at_once(stream):
    # Else a state that follows another waits 40 ms for the broker to acknowledge that one (Nagle, RFC 896).
    option = getattr(socket, "TCP_NODELAY", 1 if sys.platform == "linux" else None)
    if option is not None:
        try:
            stream.setsockopt(getattr(socket, "IPPROTO_TCP", 6), option, 1)
        except OSError:
            pass  # it is only faster


def _hello(bridge, out):
    # MQTT 3.1.1 section 3.1.
    config = bridge.config
    topic, payload = ("status", b"offline") if bridge.commanded is None else bridge.will
    texts = [bridge.client_id.encode(), (bridge.prefix + topic).encode(), payload]
    flags = 0x24  # a last will, retained
    if not config["persistent"]:
        flags |= 0x02
    if config["user"]:
        flags |= 0xC0
        texts += [config["user"].encode(), str(config["password"]).encode()]
    packets.header(out, 0x10, 10 + sum([2 + len(text) for text in texts]))
    out.extend(b"\x00\x04MQTT\x04")
    out.append(flags)
    packets.number16(out, config["keepalive_s"])
    for text in texts:
        packets.text(out, text)


def _begin(bridge, out):
    """The broker has accepted the device: tell it all there is."""
    from .subscriptions import update

    bridge.connected = bridge.heard = bridge.ready = True
    bridge.watched = POLLIN
    bridge.parsed = None
    bridge.since_ms = bridge.kernel.uptime_ms()
    bridge.due = ticks_add(ticks_ms(), bridge.config["keepalive_s"] * 500)
    update(bridge)  # first: whoever hears that the device is online may command it
    if bridge.commanded is None:
        _greet(bridge, out)
    else:
        bridge.greet(out)
    bridge.properties["connected"].value = True
    if bridge.failures or bridge.short:
        bridge.log.info("connected to %s:%d" % bridge.brokers[0])
    bridge.failures = 0
    bridge.reserve = bytearray(_RESERVE)


def find(module, host, wake):
    """A generator that returns the address of `host` in figures (str); each yield waits, until `wake()` is called.

    module: whose timers and sockets are used. OSError: the name has no address.
    """
    if ":" in host or not host.strip("0123456789."):
        return host
    if host == "localhost":
        return "127.0.0.1"
    from plugins.dns import Resolver

    found = []

    def done(addresses):
        found.append(addresses)
        wake()

    resolver = Resolver(module)
    try:
        resolver.find(host, done)
        while not found:
            yield
    finally:
        resolver.cancel()
    if not found[0]:
        raise OSError("name not found")
    # Of several addresses another one each time: one of their brokers may be down.
    return found[0][urandom(1)[0] % len(found[0])]


# By the return code of CONNACK: MQTT 3.1.1 section 3.2.2.3.
_REASONS = const(
    (
        "protocol version not accepted",
        "client id rejected",
        "server unavailable",
        "bad user name or password",
        "not authorized",
    )
)


def refuse(bridge, code):
    """Tell the bus, and raise OSError, with the reason that the code of CONNACK stands for."""
    reason = _REASONS[code - 1] if code <= len(_REASONS) else "reason %d" % code
    bridge.kernel.bus.publish("%s/refused" % bridge.id, {"code": code, "reason": reason}, False, bridge)
    raise OSError("refused: " + reason)


def _greet(bridge, out):
    name = bridge.prefix.encode()
    packets.publish(out, name + b"status", b"online", True)
    packets.publish(out, name + b"client", bridge.client_id.encode(), True)
    packets.publish(out, name + b"modcore", modcore.__version__.encode(), True)
    for topic in bridge.told:
        bridge.told[topic] = bridge.kernel.bus.get(topic)
    bridge.changed = sorted(bridge.told)
