"""The link gives umqtt whole packets only, and takes what it writes without ever waiting."""

import errno

from mqtt_wire import Bridge, link_of, message

from support import raises

PING = b"\xd0\x00"
SMALL = message("a/b", b"true")


def received(link, bridge, turns=2000):
    for _ in range(turns):
        if not link.recv(bridge) and not link.stream.arriving:
            break
    return bridge.packets


def test_a_packet_comes_whole_however_it_is_split():
    stream = SMALL + PING + message("long/topic", b"x" * 200) + SMALL
    whole = [(0x30, SMALL), (0xD0, PING), (0x30, message("long/topic", b"x" * 200)), (0x30, SMALL)]
    for at in range(1, len(stream)):
        link = link_of(stream[:at], stream[at:])
        assert received(link, Bridge()) == whole, at
    assert received(link_of(*[stream[i : i + 1] for i in range(len(stream))]), Bridge()) == whole
    assert received(link_of(stream), Bridge()) == whole


def test_packets_around_the_size_of_the_buffer():
    for size in (0, 1, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 2000):
        packet = message("a/b", b"x" * size)
        link = link_of(packet + PING + packet)
        assert received(link, Bridge()) == [(0x30, packet), (0xD0, PING), (0x30, packet)], size
        assert len(link.buffer) == 128  # a larger one has gone again


def test_a_packet_beyond_the_limit_is_skipped_with_a_reason():
    for size in (300, 1000, 20000):
        bridge = Bridge(max_packet=256)
        large = message("base/lamp/on/set", b"x" * size)
        link = link_of(SMALL + large[:90], large[90:], SMALL)
        assert received(link, bridge) == [(0x30, SMALL), (0x30, SMALL)]
        text = "lamp/on takes packets up to 256 bytes, not %d" % len(large)
        assert bridge.refused[1] == ("base/lamp/on/error", text)
        assert len(link.buffer) == 128


def test_other_long_packets_are_skipped_too():
    bridge = Bridge(max_packet=256)
    link = link_of(b"\x90\xff\xff\x00", bytes(16383), SMALL)
    assert received(link, bridge) == [(0x30, SMALL)]
    assert "takes packets up to 256 bytes" in bridge.refused[0]


def test_a_length_of_five_bytes_is_none():
    error = raises(ValueError, received, link_of(b"\x30\xff\xff\xff\xff\x01" + bytes(200)), Bridge())
    assert str(error) == "malformed packet"
    # Not even when it comes byte by byte.
    raises(ValueError, received, link_of(b"\x30\xff", b"\xff", b"\xff", b"\xff", b"\x01"), Bridge())


def test_the_end_and_errors_of_the_socket_are_told():
    assert "closed by the broker" in str(raises(OSError, received, link_of(SMALL[:5], b""), Bridge()))
    raises(OSError, received, link_of(SMALL, OSError(errno.ECONNRESET)), Bridge())


def test_a_broker_without_end_leaves_time_to_others():
    bridge = Bridge()
    link = link_of(SMALL * 100)
    assert link.recv(bridge)  # there is more
    assert 0 < len(bridge.packets) <= 12
    assert len(received(link, bridge)) == 100


def test_umqtt_writes_into_the_queue_and_the_socket_takes_what_it_can():
    link = link_of()
    link.publish(b"a/b", b"true", True)
    assert bytes(link.data) == b"\x31\x09\x00\x03a/btrue"
    link.ping()
    link.stream.room = 5
    assert not link.flush()
    assert not link.flush()
    assert link.stream.sent == b"\x31\x09\x00\x03a"
    link.stream.room = 1000
    assert link.flush()
    assert link.stream.sent == b"\x31\x09\x00\x03a/btrue\xc0\x00"
    assert not link.data


def test_what_the_socket_did_not_take_is_offered_again_and_no_more():
    # mbedtls_ssl_write: a second call must have the same arguments.
    link = link_of()
    link.publish(b"a", b"1")
    link.stream.room = 0
    link.flush()
    link.publish(b"b", b"2")
    link.flush()
    assert link.stream.offers == [6, 6]
    link.stream.room = 100
    assert link.flush()
    assert link.stream.offers == [6, 6, 6, 6]
    assert link.stream.sent == b"\x30\x04\x00\x01a1\x30\x04\x00\x01b2"


def test_a_long_message_has_its_length():
    link = link_of()
    link.publish(b"a", b"x" * 20000)
    assert bytes(link.data[:7]) == b"\x30\xa3\x9c\x01\x00\x01a"
    assert len(link.data) == 20007
