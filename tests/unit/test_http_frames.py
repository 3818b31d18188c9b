"""WebSocket frames are decoded strictly, in whatever pieces they come: RFC 6455 section 5."""

from plugins.http_websocket.frames import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    Decoder,
    FrameError,
    Utf8,
    close_frame,
    head,
)
from support import raises

KEY = b"\x12\xfe\x00\x80"


def frame(kind, payload=b"", final=True, key=KEY, flags=0):
    """A frame as a client sends it."""
    size = len(payload)
    if size < 126:
        length = bytes((128 | size,))
    elif size < 65536:
        length = bytes((254, size >> 8, size & 255))
    else:
        length = bytes((255,)) + size.to_bytes(8, "big")
    masked = payload if key == bytes(4) else bytes([c ^ key[i & 3] for i, c in enumerate(payload)])
    return bytes(((128 if final else 0) | flags | kind,)) + length + key + masked


def decode(raw, piece=0, max_bytes=70000):
    """All that a Decoder makes of `raw`, fed in pieces."""
    decoder = Decoder(max_bytes)
    found = []
    for at in range(0, len(raw), piece or len(raw)):
        found.extend(decoder.feed(raw[at : at + (piece or len(raw))]))
    return found


def code(raw, piece=0, max_bytes=70000):
    """The close code that `raw` is refused with."""
    return raises(FrameError, decode, raw, piece, max_bytes).code


def test_messages_of_all_length_forms():
    for size in (0, 1, 125, 126, 127, 300):
        payload = bytes([i & 127 for i in range(size)])
        assert decode(frame(BINARY, payload)) == [(BINARY, payload)], size
        assert decode(frame(TEXT, payload), 97) == [(TEXT, str(payload, "ascii"))], size


def test_a_long_message_takes_its_own_size_and_little_more():
    decoder = Decoder(40000)
    assert list(decoder.feed(b"\x82\xfe\x9c\x40" + bytes(4))) == []
    for _ in range(9):
        assert list(decoder.feed(bytes(4000))) == []
    assert list(decoder.feed(bytes(4000))) == [(BINARY, bytes(40000))]


def test_the_longest_length_form_begins_at_65536():
    decoder = Decoder(65536)
    assert list(decoder.feed(b"\x82\xff\0\0\0\0\0\1\0\0" + bytes(4))) == []
    assert list(decoder.feed(bytes(4000))) == []


def test_frames_in_pieces_of_any_size():
    raw = (
        frame(TEXT, b"a\xc3\xa4", False)
        + frame(PING, b"are you there?")
        + frame(0, b"\xe2\x82", False)
        + frame(0, b"")[:1].replace(b"\x80", b"\0")
        + frame(0, b"")[1:]
        + frame(PONG)
        + frame(0, b"\xac!")
        + frame(BINARY, b"\0" * 130)
        + frame(CLOSE, b"\x03\xe8bye")
    )
    want = [
        (PING, b"are you there?"),
        (PONG, b""),
        (TEXT, "a\u00e4\u20ac!"),
        (BINARY, b"\0" * 130),
        (CLOSE, (1000, "bye")),
    ]
    for size in (0, 1, 2, 3, 5, 7, 13, 64):
        assert decode(raw, size) == want, size


def test_a_frame_is_split_at_every_byte():
    raw = frame(BINARY, bytes(range(40)), key=b"\1\2\3\4") + frame(TEXT, b"end")
    for at in range(1, len(raw)):
        decoder = Decoder(100)
        assert list(decoder.feed(raw[:at])) + list(decoder.feed(raw[at:])) == [
            (BINARY, bytes(range(40))),
            (TEXT, "end"),
        ]


def test_protocol_errors_are_1002():
    for flags in (0x10, 0x20, 0x40):
        assert code(frame(TEXT, b"x", flags=flags)) == 1002
    for kind in (3, 4, 7, 11, 15):
        assert code(frame(kind, b"x")) == 1002
    assert code(b"\x81\x01x") == 1002  # without mask
    assert code(frame(PING, b"x", False)) == 1002
    assert code(frame(PING, b"x" * 126)) == 1002
    assert code(frame(0, b"x")) == 1002  # nothing to continue
    assert code(frame(TEXT, b"x") + frame(0, b"x")) == 1002
    assert code(frame(TEXT, b"x", False) + frame(BINARY, b"x")) == 1002
    assert code(b"\x82\xfe\x00\x7d" + KEY) == 1002  # 125 in two bytes
    assert code(b"\x82\xff" + (65535).to_bytes(8, "big") + KEY) == 1002
    assert code(b"\x82\xff\x80" + bytes(7) + KEY) == 1002


def test_the_first_two_bytes_are_enough_to_refuse():
    assert code(b"\x83\x80") == 1002
    assert code(b"\x09\x80") == 1002


def test_a_message_that_is_too_long_is_1009_before_it_has_come():
    assert code(frame(BINARY, b"x" * 101)[:8], 0, 100) == 1009
    assert code(frame(TEXT, b"x" * 60, False) + frame(0, b"x" * 41), 0, 100) == 1009
    assert decode(frame(TEXT, b"x" * 60, False) + frame(0, b"x" * 40), 0, 100) == [(TEXT, "x" * 100)]
    assert code(b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff" + KEY, 0, 100) == 1009


def test_text_is_utf8_and_refused_at_the_first_wrong_byte():
    for good in (
        b"\xc2\x80",
        b"\xdf\xbf",
        b"\xe0\xa0\x80",
        b"\xed\x9f\xbf",
        b"\xee\x80\x80",
        b"\xf0\x90\x80\x80",
    ):
        assert decode(frame(TEXT, b"a" + good + b"z"))[0][1] == str(b"a" + good + b"z", "utf-8")
        assert code(frame(TEXT, b"a" + good[:-1])) == 1007
        assert code(frame(TEXT, b"a" + good[:-1] + b"z")) == 1007
    assert decode(frame(TEXT, b"\xf4\x8f\xbf\xbf"))
    for bad in (
        b"\x80",
        b"\xc0",
        b"\xc1",
        b"\xe0\x9f",
        b"\xed\xa0",
        b"\xf0\x8f",
        b"\xf4\x90",
        b"\xf5",
        b"\xff",
    ):
        whole = frame(TEXT, bad + b"x" * 50)
        assert code(whole[: 6 + len(bad)]) == 1007, bad  # the rest has not come yet
        assert code(whole, 1) == 1007
        assert code(frame(TEXT, bad, False)) == 1007


def test_binary_may_be_anything():
    assert decode(frame(BINARY, b"\xff\xc0\x80")) == [(BINARY, b"\xff\xc0\x80")]


def test_close_codes():
    assert decode(frame(CLOSE)) == [(CLOSE, (None, ""))]
    for good in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
        assert decode(frame(CLOSE, good.to_bytes(2, "big"))) == [(CLOSE, (good, ""))]
    for bad in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        assert code(frame(CLOSE, bad.to_bytes(2, "big"))) == 1002, bad
    assert code(frame(CLOSE, b"\x03")) == 1002
    assert code(frame(CLOSE, b"\x03\xe8\xce")) == 1007
    assert decode(frame(CLOSE, b"\x03\xe8" + b"x" * 123))[0][1] == (1000, "x" * 123)


def test_heads_that_go_out():
    assert head(TEXT, 5) == b"\x81\x05"
    assert head(BINARY, 125) == b"\x82\x7d"
    assert head(BINARY, 126) == b"\x82\x7e\x00\x7e"
    assert head(BINARY, 65535) == b"\x82\x7e\xff\xff"
    assert head(BINARY, 65536) == b"\x82\x7f\0\0\0\0\0\1\0\0"


def test_close_frames_that_go_out():
    assert close_frame(None) == b"\x88\x00"
    assert close_frame(1000) == b"\x88\x02\x03\xe8"
    assert close_frame(1002, "why") == b"\x88\x05\x03\xeawhy"
    assert len(close_frame(1000, "\u00e4" * 100)) <= 2 + 125


def test_utf8_checks_across_pieces():
    check = Utf8()
    for piece in (b"ok", b"", b"\xf0", b"\x9f", b"\x8e", b"\x89ok\xc3", b"\xa4"):
        check.feed(piece)
    check.end()
    check.feed(b"\xe2\x82")
    raises(FrameError, check.end)
