"""Packets that do not fit into the small buffer: they get one of their own, or are passed over."""

from .link import SMALL

RARE = True  # most packets are small


def measure(link):
    """Find out how long the packet is that begins in the link's buffer, and make room for it.

    Section 2.2.3: seven bits a byte, the lowest ones first, four bytes at most. ValueError: there are more.
    """
    size = 0
    for i in range(1, 5):
        if i == link.count:
            return
        size |= (link.buffer[i] & 127) << 7 * (i - 1)
        if link.buffer[i] < 128:
            link.start = i + 1
            size += i + 1
            if size <= SMALL or _has_room(link, size):
                link.size = size
            elif link.count == SMALL:  # all of it that can be looked at is there
                link.on_oversize(size)
                link.skip = size - link.count
                link.count = 0
            return
    raise ValueError("malformed packet")


def _has_room(link, size):
    if size > link.limit:
        return False
    try:
        buffer = bytearray(size)
    except MemoryError:
        return False
    buffer[: link.count] = memoryview(link.buffer)[: link.count]
    link.buffer = buffer
    return True
