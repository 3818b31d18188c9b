"""DNS messages: what is asked, what an answer says, and what a captive portal answers."""

from plugins.dns import NoAnswer, addresses, answer, is_address, question
from support import raises

ASKED = question(0x1234, "pool.ntp.org")
NAME = b"\4pool\3ntp\3org\0\0\1\0\1"


def reply(count, *records):
    """An answer to ASKED with these records."""
    return b"\x12\x34\x81\x80\0\1\0" + bytes([count]) + b"\0\0\0\0" + NAME + b"".join(records)


def a(ttl, last, name=b"\xc0\x0c"):
    """An address record of 10.0.0.`last`."""
    return name + b"\0\1\0\1" + bytes([0, 0, ttl >> 8, ttl & 255, 0, 4, 10, 0, 0, last])


def test_a_question_is_as_the_standard_has_it():
    assert bytes(ASKED) == b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + NAME
    assert bytes(question(1, "a.")) == b"\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"


def test_a_name_that_no_host_can_have_is_refused():
    for host in ("", ".", "a..b", "x" * 64, ".".join(["x" * 63] * 4)):
        raises(ValueError, question, 1, host)
    question(1, ".".join(["x" * 63] * 3 + ["x" * 61]))


def test_addresses_are_found_behind_other_records():
    cname = b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1b\xc0\x11"
    message = reply(3, cname, a(300, 1, b"\1b\3org\0"), a(200, 2))
    assert addresses(message, ASKED) == (["10.0.0.1", "10.0.0.2"], 200)


def test_capitals_make_no_difference():
    message = reply(1, a(60, 7)).replace(b"pool", b"PoOl")
    assert addresses(message, ASKED)[0] == ["10.0.0.7"]


def test_a_name_without_address_has_none():
    assert addresses(reply(0), ASKED)[0] == []
    missing = bytearray(reply(0))
    missing[3] = 0x83
    assert addresses(missing, ASKED) == ([], 0)


def test_a_server_that_fails_is_no_answer_about_the_name():
    failed = bytearray(reply(0))
    failed[3] = 0x82
    raises(OSError, addresses, failed, ASKED)


def test_what_answers_another_question_is_passed_over():
    good = reply(1, a(60, 1))
    for wrong in (
        b"",
        b"\x12\x34",
        b"\x12\x35" + good[2:],
        bytes(ASKED),
        good.replace(b"pool", b"pond"),
        good[:5] + b"\0" + good[6:],
    ):
        raises(NoAnswer, addresses, wrong, ASKED)


def test_an_answer_cut_off_anywhere_does_no_harm():
    whole = reply(2, a(60, 1), a(60, 2))
    for size in range(len(ASKED), len(whole)):
        found = addresses(whole[:size], ASKED)[0]
        assert found in ([], ["10.0.0.1"]), size
    assert addresses(whole, ASKED)[0] == ["10.0.0.1", "10.0.0.2"]


def test_lies_about_lengths_do_no_harm():
    whole = bytearray(reply(2, a(60, 1), a(60, 2)))
    for at in range(12, len(whole)):
        for value in (0, 63, 64, 192, 255):
            broken = bytearray(whole)
            broken[at] = value
            try:
                addresses(broken, ASKED)
                answer(broken, b"\xc0\xa8\4\1")
            except NoAnswer:
                pass


def test_the_portal_names_itself_for_every_name():
    found = answer(bytes(ASKED), b"\xc0\xa8\4\1")
    assert found[:2] == b"\x12\x34"
    assert found[2:8] == b"\x85\0\0\1\0\1"
    assert found[12:].startswith(NAME)
    assert addresses(found, ASKED) == (["192.168.4.1"], 10)


def test_the_portal_has_nothing_but_ipv4_addresses():
    for kind in (b"\0\x1c", b"\0\x41", b"\0\x0f", b"\0\x06"):  # AAAA, HTTPS, MX, SOA
        found = answer(bytes(ASKED[:-4]) + kind + b"\0\1", b"\xc0\xa8\4\1")
        assert found[3] & 15 == 0 and found[7] == 0
        assert len(found) == len(ASKED)
    chaos = answer(bytes(ASKED[:-1]) + b"\3", b"\xc0\xa8\4\1")
    assert chaos[7] == 0


def test_what_is_no_question_gets_no_answer_or_an_error():
    good = bytes(ASKED)
    assert answer(b"", b"1234") is None
    assert answer(good[:11], b"1234") is None
    assert answer(reply(0), b"1234") is None  # answers to answers would go round and round
    assert answer(good[:2] + b"\x28" + good[3:], b"1234")[3] == 4  # an update
    for broken in (good[:-1], good[:14], good[:5] + b"\2" + good[6:], good[:12] + b"\xc0\x0c\0\1\0\1"):
        assert answer(broken, b"1234")[3] == 1
    assert answer(good[:12] + b"\x3f" + b"x" * 63, b"1234")[3] == 1


def test_figures_are_told_from_names():
    for text in ("1.2.3.4", "192.168.4.1", "0.0.0.0", "255.255.255.255"):
        assert is_address(text)
    for text in ("", "1.2.3", "1.2.3.4.5", "1.2.3.256", "a.b.c.d", "1.2.3.", "::1", "1.2.3.-4", "0001.2.3.4"):
        assert not is_address(text)
