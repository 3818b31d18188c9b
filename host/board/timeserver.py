"""The time server of the virtual board's network: the router's, which tells the time of the PC (SNTP, RFC 4330)."""

import asyncio
import struct
import time

_SINCE_1900_S = 2208988800  # until 1970
_HEAD = bytes([0x24, 3, 6, 0xEC]) + struct.pack(">II", 1, 1) + b"PC\0\0"  # version 4, server, stratum 3
_LENGTH = 48


class TimeServer(asyncio.DatagramProtocol):
    """Answers who asks for the time. link: an asyncio.Event, set while packets get through."""

    def __init__(self, link):
        self._link = link

    def connection_made(self, transport):
        """Note where answers go."""
        self._transport = transport

    def datagram_received(self, data, sender):
        """Take a question; what is too short to be one gets no answer."""
        if self._link.is_set() and len(data) >= _LENGTH:
            seconds, rest = divmod(time.time_ns(), 10**9)
            now = struct.pack(">II", (seconds + _SINCE_1900_S) % 2**32, (rest << 32) // 10**9)
            self._transport.sendto(_HEAD + now + data[40:48] + now + now, sender)
