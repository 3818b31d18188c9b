"""Packets of more than 128 bytes: they get a buffer of their own, or are passed over. Loaded when one comes."""


def size(link, bridge):
    """Set `link.size` to that of the packet in the buffer and make room for it; 0 when it can't be told yet.

    A packet beyond `max_packet`, or for which there is no memory, is refused and skipped.
    ValueError: it has no size (MQTT 3.1.1 section 2.2.3).
    """
    size = shift = 0
    for i in range(1, 5):
        if i == link.count:
            break
        byte = link.buffer[i]
        size |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return _fit(link, bridge, size + i + 1)
        shift += 7
    if shift > 21:
        raise ValueError("malformed packet")
    link.size = 0


def _fit(link, bridge, size):
    limit = bridge.config["max_packet"]
    if size <= limit:
        try:
            buffer = bytearray(size)
            buffer[: link.count] = link.buffer[: link.count]
            link.buffer = buffer
            link.size = size
            return
        except MemoryError:
            pass
    link.size = 0
    if link.count < len(link.buffer):
        return  # its topic may be there only in part
    from .command import refuse, topic

    name = ""
    if link.buffer[0] & 0xF0 == 0x30:
        link.size = link.count
        name = topic(link).decode()
    ours = name.startswith(bridge.base)
    if ours:
        name = name[len(bridge.base) : -4]
    reason = "%s takes packets up to %d bytes, not %d" % (name, limit, size)
    if ours:
        refuse(bridge, name, reason)
    else:
        bridge.log.warning("skipped:", reason)
    link.left = size - link.count
    link.count = link.size = 0
