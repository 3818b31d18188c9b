"""Packets that are longer than the device takes: they are passed over, and whoever sent one is told."""

from . import packets

RARE = True  # they are mistakes, or attacks


def refuse(bridge, link, size):
    """Say why the packet of `size` bytes whose beginning is in the link's buffer is not taken."""
    from .commands import refuse as refuse_command

    topic = b""
    if link.buffer[0] & 0xF0 == packets.PUBLISH:
        end = link.start + 2 + (link.buffer[link.start] << 8 | link.buffer[link.start + 1])
        topic = bytes(link.buffer[link.start + 2 : min(end, link.count)])
    name = topic.decode()
    reason = "%s takes packets up to %d bytes, not %d"
    if name.startswith(bridge.prefix) and name.endswith("/set"):
        name = name[len(bridge.prefix) : -4]
        refuse_command(bridge, name, reason % (name, bridge.config["max_packet"], size))
    else:
        bridge.rejected += 1
        bridge.log.warning("skipped:", reason % (name, bridge.config["max_packet"], size))
