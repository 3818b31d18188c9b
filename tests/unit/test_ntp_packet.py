"""SNTP packets: what is asked, what is believed, and what is not."""

from plugins.ntp.packet import KissOfDeath, Rejected, Spurious, read, request
from support import raises

COOKIE = b"\x01\x02\x03\x04\x05\x06\x07\x08"
NOON = 1782993600000  # 2026-07-02 12:00:00 UTC in ms since 1970


def stamp(ms):
    """An NTP timestamp of ms since 1970."""
    seconds, rest = divmod(ms, 1000)
    return ((seconds + 2208988800) % (1 << 32)).to_bytes(4, "big") + (((rest << 32) + 999) // 1000).to_bytes(
        4, "big"
    )


def reply(received=NOON, sent=None, first=0x24, stratum=2, origin=COOKIE, delay=0, dispersion=0, id=b"GPS\0"):
    """A server's answer."""
    sent = received if sent is None else sent
    out = bytes([first, stratum, 6, 0xEC]) + delay.to_bytes(4, "big") + dispersion.to_bytes(4, "big") + id
    return out + stamp(NOON - 60000) + origin + stamp(received) + stamp(sent)


def test_a_request_tells_nothing_but_its_cookie():
    packet = request(COOKIE)
    assert len(packet) == 48
    assert packet[0] == 0x23
    assert bytes(packet[1:40]) == bytes(39)
    assert bytes(packet[40:]) == COOKIE


def test_time_is_the_servers_and_half_of_the_way():
    assert read(reply(), COOKIE, 0) == (NOON, 0, 2)
    assert read(reply(), COOKIE, 80) == (NOON + 40, 80, 2)
    assert read(reply(NOON, NOON + 30), COOKIE, 80) == (NOON + 30 + 25, 50, 2)


def test_every_millisecond_comes_through():
    for ms in (0, 1, 499, 500, 998, 999):
        assert read(reply(NOON + ms), COOKIE, 0)[0] == NOON + ms


def test_the_era_from_2036_on_is_understood():
    later = 2085978496000  # where era 1 begins, which itself would mean: not set
    for ms in (later - 1000, later + 1, later + 86400000 * 365 * 40):
        assert read(reply(ms), COOKIE, 0)[0] == ms


def test_versions_one_to_four_are_taken():
    for version in (1, 2, 3, 4):
        assert read(reply(first=version << 3 | 4), COOKIE, 0)[0] == NOON
    for version in (0, 5, 7):
        raises(Spurious, read, reply(first=version << 3 | 4), COOKIE, 0)


def test_what_is_no_answer_to_us_is_waited_over():
    raises(Spurious, read, b"", COOKIE, 0)
    raises(Spurious, read, reply()[:47], COOKIE, 0)
    raises(Spurious, read, reply(origin=b"\0" * 8), COOKIE, 0)
    raises(Spurious, read, reply(origin=COOKIE[:-1] + b"\x09"), COOKIE, 0)
    for mode in (0, 1, 2, 3, 5, 6, 7):
        raises(Spurious, read, reply(first=0x20 | mode), COOKIE, 0)
    raises(Spurious, read, bytes(request(COOKIE)), COOKIE, 0)


def test_longer_packets_are_taken():
    assert read(reply() + b"\0" * 20, COOKIE, 0)[0] == NOON


def test_a_server_that_is_not_synchronized_is_rejected():
    raises(Rejected, read, reply(first=0xE4), COOKIE, 0)
    for stratum in (16, 17, 255):
        raises(Rejected, read, reply(stratum=stratum), COOKIE, 0)
    for stratum in (1, 15):
        assert read(reply(stratum=stratum), COOKIE, 0)[2] == stratum
    for leap in (0x24, 0x64, 0xA4):
        assert read(reply(first=leap), COOKIE, 0)[0] == NOON


def test_a_kiss_of_death_names_its_code():
    error = raises(KissOfDeath, read, reply(stratum=0, id=b"RATE", first=0xE4), COOKIE, 0)
    assert error.code == "RATE"
    assert "RATE" in str(error)
    assert raises(KissOfDeath, read, reply(stratum=0, id=b"\xff\0\nX"), COOKIE, 0).code == "X"
    raises(Spurious, read, reply(stratum=0, id=b"DENY", origin=b"12345678"), COOKIE, 0)


def test_a_server_that_is_far_from_its_source_is_rejected():
    assert read(reply(delay=0x10000, dispersion=0x8000), COOKIE, 0)[0] == NOON
    assert "1600 ms" in str(raises(Rejected, read, reply(dispersion=1600 * 65536 // 1000 + 1), COOKIE, 0))
    raises(Rejected, read, reply(delay=0x38000), COOKIE, 0)


def test_impossible_times_are_rejected():
    for ms in (0, 946684800000, 1735689599000, 4102444801000):
        assert "impossible" in str(raises(Rejected, read, reply(ms), COOKIE, 0))
    zero = bytearray(reply())
    zero[40:48] = bytes(8)
    raises(Rejected, read, zero, COOKIE, 0)
    zero = bytearray(reply())
    zero[32:40] = bytes(8)
    raises(Rejected, read, zero, COOKIE, 0)


def test_a_server_that_sends_before_it_receives_or_takes_longer_than_the_trip_is_rejected():
    raises(Rejected, read, reply(NOON, NOON - 100), COOKIE, 50)
    raises(Rejected, read, reply(NOON, NOON + 100), COOKIE, 50)
    assert read(reply(NOON, NOON + 51), COOKIE, 50)[0] == NOON + 51


def test_no_byte_of_an_answer_can_do_harm():
    for at in range(48):
        for value in (0, 0x7F, 0x80, 0xFF):
            packet = bytearray(reply())
            packet[at] = value
            try:
                read(packet, COOKIE, 10)
            except (Spurious, Rejected):
                pass
