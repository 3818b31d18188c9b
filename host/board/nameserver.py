"""The name server of the virtual board's network: it knows the names of that world, and asks the PC for others."""

import asyncio
import ipaddress
import socket
import struct

_A, _IN, _ANY = 1, 1, 255
_NOT_FOUND = 3  # NXDOMAIN, RFC 1035 section 4.1.1
_KEEP_S = 60


class NameServer(asyncio.DatagramProtocol):
    """Answers questions for addresses.

    find(host) -> address or None: of the virtual world. link: an asyncio.Event, set while packets get through.
    outside: whether to ask the PC for other names. only: it answers for names that end so, and is silent where
    it knows none, as hosts are that hear multicast DNS.
    """

    def __init__(self, find, link, outside=True, only=""):
        self._only = only
        self._outside = outside
        self._find = find
        self._link = link
        self._tasks = set()

    def connection_made(self, transport):
        """Note where answers go."""
        self._transport = transport

    def datagram_received(self, data, sender):
        """Take a question; one that is broken gets no answer."""
        if not self._link.is_set():
            return
        try:
            host, kind, end = read_question(data)
        except (IndexError, ValueError, struct.error):
            return
        task = asyncio.ensure_future(self._answer(data, end, host, kind, sender))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, data, end, host, kind, sender):
        found = []
        if kind in (_A, _ANY):
            address = self._find(host)
            if address:
                found = [address]
            elif self._outside:
                try:
                    loop = asyncio.get_running_loop()
                    entries = await loop.getaddrinfo(host, 0, family=socket.AF_INET, type=socket.SOCK_STREAM)
                    found = list(dict.fromkeys(entry[4][0] for entry in entries))[:4]
                except OSError:
                    pass
        if self._only and not (found and host.endswith(self._only)):
            return
        code = 0 if found or kind not in (_A, _ANY) else _NOT_FOUND
        answer = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(found), 0, 0) + data[12:end]
        for address in found:
            answer += (
                struct.pack(">HHHIH", 0xC00C, _A, _IN, _KEEP_S, 4) + ipaddress.IPv4Address(address).packed
            )
        self._transport.sendto(answer, sender)


def read_question(data):
    """Return (host, kind, where the question ends) of a DNS message. ValueError, IndexError: it asks nothing."""
    if data[2] & 0x80 or struct.unpack_from(">H", data, 4)[0] != 1:
        raise ValueError("no question")
    labels, place = [], 12
    while data[place]:
        if data[place] > 63:
            raise ValueError("a question has no pointers")
        labels.append(data[place + 1 : place + 1 + data[place]].decode("ascii", "replace").lower())
        place += 1 + data[place]
    kind, family = struct.unpack_from(">HH", data, place + 1)
    if family != _IN:
        raise ValueError("not of the Internet")
    return ".".join(labels), kind, place + 5
