"""The link hands out whole packets only, and takes what is to be sent without ever waiting."""

import errno

from mqtt_wire import Reader, message

from plugins.mqtt import packets
from support import raises

PING = b"\xd0\x00"
SMALL = message("a/b", b"true")


def test_a_packet_comes_whole_however_it_is_split():
    stream = SMALL + PING + message("long/topic", b"x" * 200) + SMALL
    whole = [(0x30, SMALL), (0xD0, PING), (0x30, message("long/topic", b"x" * 200)), (0x30, SMALL)]
    for at in range(1, len(stream)):
        assert Reader(stream[:at], stream[at:]).read() == whole, at
    assert Reader(*[stream[i : i + 1] for i in range(len(stream))]).read() == whole
    assert Reader(stream).read() == whole


def test_packets_around_the_size_of_the_buffer():
    for size in (0, 1, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 2000):
        packet = message("a/b", b"x" * size)
        reader = Reader(packet + PING + packet)
        assert reader.read() == [(0x30, packet), (0xD0, PING), (0x30, packet)], size
        assert len(reader.link.buffer) == 128  # a larger one has gone again


def test_a_packet_beyond_the_limit_is_passed_over():
    for size in (300, 1000, 20000):
        large = message("base/lamp/on/set", b"x" * size)
        reader = Reader(SMALL + large[:90], large[90:], SMALL, limit=256)
        assert reader.read() == [(0x30, SMALL), (0x30, SMALL)]
        assert reader.refused == [len(large)]
        assert len(reader.link.buffer) == 128


def test_other_long_packets_are_passed_over_too():
    reader = Reader(b"\x90\xff\xff\x00", bytes(16383), SMALL, limit=256)
    assert reader.read() == [(0x30, SMALL)]
    assert len(reader.refused) == 1


def test_a_length_of_five_bytes_is_not_one():
    error = raises(ValueError, Reader(b"\x30\xff\xff\xff\xff\x01" + bytes(200)).read)
    assert str(error) == "malformed packet"
    # Not even when it comes byte by byte.
    raises(ValueError, Reader(b"\x30\xff", b"\xff", b"\xff", b"\xff", b"\x01").read)


def test_the_end_and_errors_of_the_socket_are_told():
    assert "closed by the broker" in str(raises(OSError, Reader(SMALL[:5], b"").read))
    raises(OSError, Reader(SMALL, OSError(errno.ECONNRESET)).read)


def test_what_is_passed_over_leaves_time_to_others():
    large = message("base/lamp/on/set", b"x" * 20000)
    link = Reader(large, limit=256).link
    assert not link.receive() and link.more
    assert len(link.stream.arriving[0]) > 15000


def test_the_socket_takes_what_it_can():
    link = Reader().link
    packets.publish(link.out, b"a/b", b"true", True)
    assert bytes(link.out) == b"\x31\x09\x00\x03a/btrue"
    link.out.extend(packets.PINGREQ)
    link.stream.room = 5
    assert not link.flush()
    assert not link.flush()
    assert link.stream.sent == b"\x31\x09\x00\x03a"
    link.stream.room = 1000
    assert link.flush()
    assert link.stream.sent == b"\x31\x09\x00\x03a/btrue\xc0\x00"
    assert not link.out


def test_what_the_socket_did_not_take_is_offered_again_and_no_more():
    # mbedtls_ssl_write: a second call must have the same arguments.
    link = Reader().link
    packets.publish(link.out, b"a", b"1")
    link.stream.room = 0
    link.flush()
    packets.publish(link.out, b"b", b"2")
    link.flush()
    assert link.stream.offers == [6, 6]
    link.stream.room = 100
    assert link.flush()
    assert link.stream.offers == [6, 6, 6, 6]
    assert link.stream.sent == b"\x30\x04\x00\x01a1\x30\x04\x00\x01b2"


def test_a_long_message_has_its_length():
    out = bytearray()
    packets.publish(out, b"a", b"x" * 20000)
    assert bytes(out[:7]) == b"\x30\xa3\x9c\x01\x00\x01a"
    assert len(out) == 20007
