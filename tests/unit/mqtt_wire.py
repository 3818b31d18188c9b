"""Wires for the tests of the bridge: a stream that does as it is told, and a broker in the same process."""

import errno
import select
import socket

from plugins.mqtt.packets import Link

CONSENT = b"\x20\x02\x00\x00"


class Stream:
    """A socket that has `arriving`, a list of bytes and exceptions, to read, and room for `room` bytes to write."""

    def __init__(self, *arriving):
        self.arriving = list(arriving)
        self.sent = b""
        self.room = 1 << 30
        self.offers = []  # how many bytes it was offered each time

    def readinto(self, buffer):
        if not self.arriving:
            return None
        data = self.arriving.pop(0)
        if isinstance(data, Exception):
            raise data
        count = min(len(data), len(buffer))
        buffer[:count] = data[:count]
        if count < len(data):
            self.arriving.insert(0, data[count:])
        return count

    def write(self, data):
        self.offers.append(len(data))
        count = min(self.room, len(data))
        self.room -= count
        self.sent += bytes(data[:count])
        return count or None

    def close(self):
        self.arriving = [OSError(errno.EBADF)]


class Reader:
    """Reads whole packets from a Link over a Stream; keeps them, and the sizes of those that were too long."""

    def __init__(self, *arriving, limit=2048):
        self.link = Link(limit, self.on_oversize)
        self.link.attach(Stream(*arriving))
        self.packets = []
        self.refused = []

    def on_oversize(self, size):
        self.refused.append(size)

    def read(self, turns=2000):
        """All that there is: a list of (first byte, the packet)."""
        link = self.link
        for _ in range(turns):
            while link.receive():
                self.packets.append((link.buffer[0], bytes(link.buffer[: link.size])))
                link.forget()
            if not link.more and not link.stream.arriving:
                break
        return self.packets


def message(topic, payload, kind=0x30, number=None):
    """A PUBLISH; number: its packet identifier, where its quality of service asks for one."""
    name = topic.encode()
    content = bytes((len(name) >> 8, len(name) & 255)) + name
    if number is not None:
        content += bytes((number >> 8, number & 255))
    content += payload
    size = len(content)
    head = [kind]
    while True:
        head.append(size & 127 | (128 if size > 127 else 0))
        size >>= 7
        if not size:
            return bytes(head) + content


class Broker:
    """A listening socket, and the connection of the device that came last; deaf: one that refuses connections."""

    def __init__(self, kernel=None, deaf=False, lively=False):
        """lively: it answers pings by itself."""
        self.kernel = kernel
        self._lively = lively
        self.grants = b"\x00"  # what it answers to subscriptions by itself; None: nothing
        self.peer = None
        self.buffer = b""
        for port in range(22000, 22900, 3):
            # Other processes look for a port in the same way: it is ours when all has worked.
            self._listener = socket.socket()
            try:
                if not deaf:  # nobody else gets a port that is bound without this
                    self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self._listener.bind(socket.getaddrinfo("127.0.0.1", port, 0, socket.SOCK_STREAM)[0][-1])
                if not deaf:
                    self._listener.listen(4)
                break
            except OSError:
                self._listener.close()
        self._listener.setblocking(False)
        self.port = port

    def accept(self):
        """Do steps of the kernel until the device has come."""
        self.hang_up()
        self.buffer = b""
        self.peer = self._try(lambda: self._listener.accept()[0])
        self.peer.setblocking(False)

    def read(self):
        """Do steps of the kernel until a packet of the device is there; (first byte, content). None: it has gone."""
        while True:
            data = self.buffer
            size = shift = 0
            for i in range(1, min(len(data), 5)):
                size |= (data[i] & 127) << shift
                shift += 7
                if data[i] < 128:
                    if len(data) > i + size:
                        self.buffer = data[i + 1 + size :]
                        if self._lively and data[0] == 0xC0:
                            self.send(b"\xd0\x00")
                        if data[0] == 0x82 and self.grants:
                            self.send(b"\x90\x03" + data[i + 1 : i + 3] + self.grants)
                        return data[0], data[i + 1 : i + 1 + size]
                    break
            data = self._try(lambda: self.peer.recv(1000))
            if not data:
                return None
            self.buffer += data

    def expect(self, kind):
        """Read up to a packet that begins with `kind` and return its content."""
        while True:
            packet = self.read()
            assert packet, "the device has gone"
            if packet[0] == kind:
                return packet[1]

    def send(self, data):
        """Send bytes."""
        self.peer.send(data)

    def welcome(self):
        """Accept the device and return the content of its CONNECT."""
        self.accept()
        content = self.expect(0x10)
        self.send(CONSENT)
        return content

    def hang_up(self):
        """Close the connection."""
        if self.peer:
            self.peer.close()
            self.peer = None

    def close(self):
        """Close everything."""
        self.hang_up()
        self._listener.close()

    def _try(self, function):
        # Waits in poll: the clock of a test may stand still.
        nothing = select.poll()
        for _ in range(5000):
            try:
                return function()
            except OSError as error:
                if error.args[0] not in (errno.EAGAIN, 11):
                    raise
            self.kernel.step()
            nothing.poll(2)
        raise AssertionError("nothing came")
