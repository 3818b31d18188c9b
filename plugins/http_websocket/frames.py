"""WebSocket frames, strictly: RFC 6455 section 5. Decodes what clients send, makes what goes out."""

import gc

TEXT = 1
BINARY = 2
CLOSE = 8
PING = 9
PONG = 10

_CONTROL_BYTES = 125
# Status codes that may stand in a frame: section 7.4 and IANA's registry.
_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)


class FrameError(Exception):
    """The client broke the protocol; `code` is what the connection is closed with."""

    def __init__(self, code, reason):
        self.code = code
        self.reason = reason


class Decoder:
    """Takes bytes in any pieces and gives messages and control frames.

    max_bytes: of one message, fragments together. relieve: called before giving up for lack of memory.

        for kind, value in decoder.feed(piece):
            ...     # TEXT with str, BINARY, PING, PONG with bytes, CLOSE with (code or None, reason)
    """

    def __init__(self, max_bytes, relieve=gc.collect):
        self.relieve = relieve
        self.max_bytes = max_bytes
        self._head = b""  # of a frame, as long as it is not whole
        self._left = -1  # bytes of payload that are to come; -1: a head is
        self._kind = 0  # of the frame
        self._final = False
        self._key = b""
        self._at = 0  # position in the key
        self._message = None  # the fragments so far
        self._filled = 0  # bytes of them that have come
        self._message_kind = 0
        self._control = b""
        self._utf8 = None

    def feed(self, piece):
        """A generator of what is complete with the next piece. FrameError: protocol broken."""
        at = 0
        size = len(piece)
        while True:
            if self._left < 0:
                at = self._read_head(piece, at)
                if self._left < 0:
                    return
            take = min(self._left, size - at)
            if take:
                self._payload(self._unmask(piece[at : at + take]))
                at += take
                self._left -= take
            if self._left:
                return
            self._left = -1
            if self._kind >= CLOSE:
                yield self._kind, self._control_value()
            elif self._final:
                yield self._message_kind, self._end_message()

    def _read_head(self, piece, at):
        head = self._head
        while at < len(piece):
            want = 2
            if len(head) > 1:
                length = head[1] & 127
                want = 14 if length == 127 else 8 if length == 126 else 6
            if len(head) == want:
                break
            more = piece[at : at + want - len(head)]
            head += bytes(more)
            at += len(more)
            if len(head) == 2:
                self._check_head(head)
        if len(head) > 1:
            length = head[1] & 127
            if len(head) == (14 if length == 127 else 8 if length == 126 else 6):
                self._begin(head, length)
                head = b""
        self._head = head
        return at

    def _check_head(self, head):
        """Refuse as early as possible what the first two bytes tell."""
        kind = head[0] & 15
        if head[0] & 0x70:
            raise FrameError(1002, "reserved bit")
        if kind > PONG or 2 < kind < CLOSE:
            raise FrameError(1002, "reserved opcode")
        if not head[1] & 128:
            raise FrameError(1002, "frame without mask")
        if kind >= CLOSE:
            if not head[0] & 128:
                raise FrameError(1002, "control frame in fragments")
            if head[1] & 127 > _CONTROL_BYTES:
                raise FrameError(1002, "control frame too long")
        elif kind and self._message is not None:
            raise FrameError(1002, "new message within fragments")
        elif not kind and self._message is None:
            raise FrameError(1002, "nothing to continue")

    def _begin(self, head, length):
        if length == 126:
            length = head[2] << 8 | head[3]
            if length < 126:
                raise FrameError(1002, "length not minimal")
        elif length == 127:
            length = int.from_bytes(head[2:10], "big")
            if length < 65536 or head[2] & 128:
                raise FrameError(1002, "length not minimal")
        kind = head[0] & 15
        self._kind = kind
        self._final = head[0] & 128
        self._key = head[-4:]
        self._at = 0
        if kind >= CLOSE:
            self._control = b""
        else:
            self._filled = 0 if kind else len(self._message)
            if self._filled + length > self.max_bytes:
                raise FrameError(1009, "takes messages up to %d bytes" % self.max_bytes)
            # In one piece at once: growing with every piece would take much more memory.
            if kind:
                self._message_kind = kind
                try:
                    self._message = bytearray(length)
                except MemoryError:
                    self.relieve()
                    self._message = bytearray(length)
                self._utf8 = Utf8() if kind == TEXT else None
            else:
                self._message.extend(bytes(length))
            from plugins.http.room import SMALL, leave

            if len(self._message) > SMALL:
                leave()  # else a crowd that announces long messages has it all without sending them
        self._left = length

    def _unmask(self, piece):
        key = self._key
        at = self._at
        size = len(piece)
        self._at = (at + size) & 3
        if at:
            key = key[at:] + key[:at]
        # As one big number: a loop over the bytes would take many times as long.
        mask = int.from_bytes((key * ((size + 3) >> 2))[:size], "little")
        return (int.from_bytes(piece, "little") ^ mask).to_bytes(size, "little")

    def _payload(self, data):
        if self._kind >= CLOSE:
            self._control += data
        else:
            if self._utf8:
                self._utf8.feed(data)
            end = self._filled + len(data)
            self._message[self._filled : end] = data
            self._filled = end

    def _end_message(self):
        message = self._message
        self._message = None
        if self._utf8:
            self._utf8.end()
            self._utf8 = None
            return str(message, "utf-8")
        return bytes(message)

    def _control_value(self):
        data = self._control
        self._control = b""
        if self._kind != CLOSE:
            return data
        if not data:
            return None, ""
        if len(data) == 1:
            raise FrameError(1002, "close code cut short")
        code = data[0] << 8 | data[1]
        if code not in _CODES and not 3000 <= code <= 4999:
            raise FrameError(1002, "close code %d" % code)
        check = Utf8()
        check.feed(data[2:])
        check.end()
        return code, str(data[2:], "utf-8")


class Utf8:
    """Checks UTF-8 as it comes, so that broken text is refused at once: RFC 3629 section 4."""

    def __init__(self):
        self._more = 0  # bytes that the character still takes
        self._low = 0x80  # and the range of the next one
        self._high = 0xBF

    def feed(self, data):
        """Check the next bytes. FrameError 1007: they can't follow."""
        if not data or not self._more and max(data) < 0x80:
            return
        more = self._more
        low = self._low
        high = self._high
        for c in data:
            if more:
                if not low <= c <= high:
                    raise FrameError(1007, "not UTF-8")
                low = 0x80
                high = 0xBF
                more -= 1
            elif c >= 0x80:
                if 0xC2 <= c <= 0xDF:
                    more = 1
                elif 0xE0 <= c <= 0xEF:
                    more = 2
                    if c == 0xE0:
                        low = 0xA0  # shorter would do
                    elif c == 0xED:
                        high = 0x9F  # no surrogates
                elif 0xF0 <= c <= 0xF4:
                    more = 3
                    if c == 0xF0:
                        low = 0x90
                    elif c == 0xF4:
                        high = 0x8F  # U+10FFFF is the last
                else:
                    raise FrameError(1007, "not UTF-8")
        self._more = more
        self._low = low
        self._high = high

    def end(self):
        """The text ends here. FrameError 1007: in the middle of a character."""
        if self._more:
            raise FrameError(1007, "not UTF-8")


def head(kind, size):
    """The head of a whole frame from the server."""
    if size < 126:
        return bytes((0x80 | kind, size))
    if size < 65536:
        return bytes((0x80 | kind, 126, size >> 8, size & 255))
    return bytes((0x80 | kind, 127)) + size.to_bytes(8, "big")


def close_frame(code, reason=""):
    """A close frame; without a code an empty one."""
    if code is None:
        return head(CLOSE, 0)
    text = reason.encode()
    while len(text) > _CONTROL_BYTES - 2:
        reason = reason[:-1]
        text = reason.encode()
    return head(CLOSE, len(text) + 2) + bytes((code >> 8, code & 255)) + text
