"""Packets that do not fit into the small buffer: they get one of their own, or are passed over and refused.

Payloads that take long to read are read in slices.
"""

from modcore.ticks import const, ticks_add, ticks_diff, ticks_ms

from . import packets
from .packets import SMALL

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


def refuse(bridge, link, size):
    """Say why the packet of `size` bytes whose beginning is in the link's buffer is not taken.

    A message that the broker had kept is told on the bus, too, as `<id>/skipped`: it may be one of the device's own.
    """
    from .commands import refuse as refuse_command

    topic = b""
    whole = retained = False
    if link.buffer[0] & 0xF0 == packets.PUBLISH:
        end = link.start + 2 + (link.buffer[link.start] << 8 | link.buffer[link.start + 1])
        topic = bytes(link.buffer[link.start + 2 : min(end, link.count)])
        whole, retained = end <= link.count, link.buffer[0] & 1
    try:
        name = str(topic, "utf-8")
    except ValueError:  # cut off within a character
        name, whole = repr(topic), False
    if whole and retained:
        from .presence import tell

        if bridge.sweeping:
            from .leftovers import look

            look(bridge, name, topic)
        tell(bridge, "skipped", name)
    reason = "%s takes packets up to %d bytes, not %d"
    if name.startswith(bridge.prefix) and name.endswith("/set"):
        name = name[len(bridge.prefix) : -4]
        refuse_command(bridge, name, reason % (name, bridge.config["max_packet"], size))
    else:
        bridge.rejected += 1
        bridge.log.warning("skipped:", reason % (name, bridge.config["max_packet"], size))


_SLICE_MS = const(5)
_MAX_DEPTH = const(8)  # as in commands.py


def is_parsed(bridge, payload):
    """Read on in a large payload, some milliseconds; whether all of it is read, or found to be something else.

    What stands in `bridge.parsed` then: [payload, generator or None, value, exception or None].
    """
    if bridge.parsed is None:
        from modcore.json_strict import read

        from .assembly import assemble

        bridge.parsed = [payload, read(payload, _MAX_DEPTH, False, assemble), None, None]
    parsed = bridge.parsed
    if parsed[1] is None:
        return True
    end = ticks_add(ticks_ms(), _SLICE_MS)
    try:
        while True:
            next(parsed[1])
            if ticks_diff(end, ticks_ms()) <= 0:
                return False
    except StopIteration as done:
        parsed[2] = done.value
    except (ValueError, OverflowError, MemoryError) as error:
        parsed[3] = error
    parsed[1] = None
    return True
