"""The packets of MQTT 3.1.1, without I/O: what most of them begin with, and PUBLISH; written into a bytearray.

Rarer ones stand where they are used: CONNECT in connection.py, SUBSCRIBE in subscriptions.py, what is taken apart
in commands.py. umqtt.simple is not used for this: its connect(), subscribe() and publish() with QoS 1 each wait for
the broker's answer, and it can neither send a message again nor keep one that was not acknowledged.

Source: MQTT 3.1.1 (OASIS standard), sections 2 and 3.
"""

import json

from modcore.ticks import const

# The first byte of a packet; the lowest four bits of PUBLISH are DUP, QoS (2 bits) and RETAIN.
PUBLISH = 0x30
PINGRESP = 0xD0

PINGREQ = b"\xc0\x00"


def encode(value):
    """The payload for a value, bytes: JSON, but a text is sent as it is, where it can't be taken for a quoted one.

    For a long list or object it is a generator that writes it, see writing.py.
    """
    if isinstance(value, int):
        pass
    elif isinstance(value, (bytes, bytearray)):
        return value
    elif isinstance(value, str):
        if value and (value[0] != '"' or value[-1] != '"' or len(value) == 1):
            return value.encode()
    elif isinstance(value, float):
        if value - value != 0:
            return b"null"  # NaN and infinity have no place in JSON
        text = json.dumps(value)
        # MicroPython writes 0.044 as 0.04399999999999999.
        return ("%.15g" % value if len(text) > 16 else text).encode()
    elif value not in (None, True, False):  # MicroPython's bool is not an int
        from .writing import begin

        return begin(value)
    return json.dumps(value).encode()


def publish(out, topic, payload, retain=False, number=0, again=False):
    """Append PUBLISH (section 3.3), of QoS 1 when it has a packet identifier `number`; again: it was sent before."""
    kind = PUBLISH | retain
    size = 2 + len(topic) + len(payload)
    if number:
        kind |= 0x0A if again else 0x02
        size += 2
    if size < 128:
        out.append(kind)
        out.append(size)
    else:
        header(out, kind, size)
    # As text() does it: a call costs as much as all of this.
    out.append(len(topic) >> 8)
    out.append(len(topic) & 255)
    out.extend(topic)
    if number:
        number16(out, number)
    out.extend(payload)


def header(out, kind, size):
    """Append the fixed header (section 2.2); size: of what follows it."""
    out.append(kind)
    while size > 127:
        out.append(size & 127 | 128)
        size >>= 7
    out.append(size)


def number16(out, number):
    """Append a number of two bytes (section 1.5.2)."""
    out.append(number >> 8)
    out.append(number & 255)


def text(out, data):
    """Append the bytes of a text, its length first (section 1.5.3)."""
    number16(out, len(data))
    out.extend(data)


SMALL = 128  # bytes of the buffer; a longer packet gets one of its own
_READS = const(12)  # in one turn: a broker that sends without end must leave time to others


class Link:
    """Packets: what is to be sent waits in `out`; what has come waits in `buffer` until a packet of it is whole.

    limit: bytes of the longest packet that is taken. on_oversize(size) is called when a longer one begins, with
    as much of it in the buffer as fits; the rest of it is passed over.

        link.attach(stream)      # with `readinto` and `write`, which return None when they would have to wait
        while link.receive():
            print(link.buffer[0], link.buffer[link.start : link.size])
            link.forget()
    """

    stream = None
    count = 0  # bytes in the buffer
    size = 0  # of the packet that it begins with; 0 as long as that is not known
    start = 0  # where the content of that packet begins
    more = False  # receive() has stopped although there may be more to read
    skip = 0  # bytes of a packet too long that are still to come
    _offered = 0  # bytes that the stream was offered and did not take

    def __init__(self, limit, on_oversize):
        self.limit = limit
        self.on_oversize = on_oversize
        self.out = bytearray()
        self.buffer = bytearray(SMALL)

    def attach(self, stream):
        """Begin with a new stream; what was left of the last one is gone."""
        self.stream = stream
        self.out = bytearray()
        self.count = self.size = self.skip = self._offered = 0
        if len(self.buffer) > SMALL:
            self.buffer = bytearray(SMALL)

    def flush(self):
        """Send what waits, as far as the stream takes it; whether all of it has gone. OSError: the stream is lost."""
        while self.out:
            # TLS wants to be offered again exactly what it did not take the last time.
            self._offered = offered = self._offered or len(self.out)
            count = self.stream.write(memoryview(self.out)[:offered])
            if not count:
                return False
            self.out = self.out[count:]
            self._offered = 0
        return True

    def receive(self):
        """Tell whether a whole packet is there; False when there is nothing to read, or (`more`) enough for one turn.

        OSError: the connection is lost. ValueError: what came is not MQTT.
        """
        self.more = False
        for _ in range(_READS):
            if not self.size and self.count > 1:
                if self.buffer[1] < SMALL - 2:
                    self.start = 2
                    self.size = 2 + self.buffer[1]
                else:
                    from .large import measure

                    measure(self)
            if self.size and self.size <= self.count:
                return True
            count = self.stream.readinto(memoryview(self.buffer)[self.count :])
            if count is None:
                return False
            if not count:
                raise OSError("closed by the broker")
            self.count += count
            if self.skip:
                count = min(self.skip, self.count)
                self.skip -= count
                self._drop(count)
        self.more = True
        return False

    def forget(self):
        """Make room for the next packet."""
        size, self.size = self.size, 0
        self._drop(size)

    def _drop(self, count):
        self.count -= count
        if len(self.buffer) > SMALL:  # it held one packet, and nothing else
            self.buffer = bytearray(SMALL)
        elif self.count:
            self.buffer[: self.count] = self.buffer[count : count + self.count]
