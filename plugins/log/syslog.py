"""Syslog: sends the lines to a server by UDP. RFC 5424 for the format, RFC 5426 for the way."""

import socket

from plugins.dns.message import question
from plugins.dns.resolver import Resolver

from .ring import Reader

_PORT = 514
_SEVERITY = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_MAX_BYTES = 1200  # stays in one packet; every server takes 480, most 2048
_BURST = 8
_PAUSE_MS = 20
_RETRY_MS = 10000


class Syslog:
    """Sends what the ring has got; while there is no network the lines wait there.

    server: host or host:port. facility: 0 to 23, 16 is local0.
    """

    def __init__(self, module, ring, server, facility):
        if not 0 <= facility <= 23:
            raise ValueError("log: facility takes 0 to 23, not %s" % facility)
        host, _, port = server.partition(":")
        if not host or port and not (port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("log: syslog takes host or host:port, not %r" % server)
        question(0, host)  # ValueError: no host has that name
        self._module = module
        self._reader = Reader(ring)
        self._facility = facility
        self._host = host
        self._port = int(port or _PORT)
        self._hostname = _word(module.kernel.name, 255)
        self._address = None
        self._socket = None
        self._timer = None
        self._resolver = None
        self._finding = False
        module.listen("wlan/connected", self._on_network)
        self._plan(0)

    def _on_network(self, topic, connected):
        if connected:
            self._plan(0)

    def _plan(self, ms):
        if self._timer:
            self._timer.cancel()
        self._timer = self._module.after(ms, self._send)

    def pump(self):
        """Send soon, unless that is planned already."""
        if not self._timer:
            self._plan(0)

    def _send(self):
        self._timer = None
        if self._reader.peek() is None or self._finding:
            return
        if not self._address:
            self._find()
            return
        try:
            if not self._socket:
                self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._socket.setblocking(False)
            for _ in range(_BURST):
                record = self._reader.peek()
                if record is None:
                    return
                self._socket.sendto(self.message(record), self._address)
                self._reader.skip()
            self._plan(_PAUSE_MS)
        except OSError:
            # No route, or no memory for packets: the ring keeps the lines.
            self._close()
            self._plan(_RETRY_MS)

    def message(self, record):
        """The datagram for a record of the ring."""
        if self._reader.lost:
            lost = self._reader.lost
            self._reader.lost = 0
            record = record + b" (%d lines before this one lost)" % lost
        stamp, level, id, text = record.split(b" ", 3)
        if stamp[:1] == b"+":
            stamp = b"-"  # the clock is not set: NILVALUE
        for byte in text:
            if byte > 127:
                text = b"\xef\xbb\xbf" + text  # says that it is UTF-8
                break
        head = "<%d>1 %s %s %s - - - " % (
            self._facility * 8 + _SEVERITY[level.decode()],
            stamp.decode(),
            self._hostname,
            _word(id.decode()[:-1], 48),
        )
        return head.encode() + _cut(text, _MAX_BYTES - len(head))

    def _find(self):
        if not self._resolver:
            self._resolver = Resolver(self._module)
        self._finding = True
        self._resolver.find(self._host, self._found)

    def _found(self, addresses):
        self._finding = False
        if not addresses:
            self._plan(_RETRY_MS)
            return
        self._address = socket.getaddrinfo(addresses[0], self._port, 0, socket.SOCK_DGRAM)[0][-1]
        self._plan(0)

    def _close(self):
        if self._socket:
            self._socket.close()
            self._socket = None
        self._address = None  # it may have moved

    def stop(self):
        """Send what goes without waiting, and close."""
        if self._address:
            for _ in range(_BURST):
                self._send()
        self._close()


def _word(text, most):
    """Printable ASCII without spaces, not empty."""
    return "".join([c if "!" <= c <= "~" else "_" for c in text])[:most] or "-"


def _cut(text, most):
    """At most `most` bytes that don't end inside of a character."""
    if len(text) <= most:
        return text
    while most and text[most] & 0xC0 == 0x80:
        most -= 1
    return text[:most]
