"""The multipart parser takes a body cut anywhere and keeps next to nothing of it."""

from plugins.http import HttpError
from plugins.http_forms.multipart import DATA, END, HEAD, Multipart, in_memory
from support import raises

TYPE = 'multipart/form-data; boundary="a\'b-c"'


def parse(pieces):
    """[name, filename, content] of each part, and whether the end was seen."""
    parser = Multipart(TYPE)
    parts = []
    for piece in pieces:
        for kind, value in parser.feed(piece):
            if kind == HEAD:
                parts.append([value.name, value.filename, b""])
            elif kind == DATA:
                assert value
                parts[-1][2] += value
            else:
                assert kind == END
    return parts, parser.done


BODY = (
    b"preamble\r\n--a'b-c  \r\nContent-Disposition: form-data; name=one\r\n\r\n\r\n--a'b-\r\n-\r\r\n\n"
    b'\r\n--a\'b-c\r\ncontent-disposition: form-data; name=two; filename=""\r\n\r\n'
    b"\r\n--a'b-c\r\nContent-Disposition: form-data; name=none\r\n\r\n--a'b-c\t\r\n"
    b"Content-Disposition: form-data; name=last\r\n\r\nend\r\n--a'b-c--\r\nepilogue --a'b-c\r\n"
)
PARTS = [
    ["one", None, b"\r\n--a'b-\r\n-\r\r\n\n"],
    ["two", "", b""],
    ["none", None, b""],
    ["last", None, b"end"],
]


def test_a_whole_body():
    assert parse([BODY]) == (PARTS, True)


def test_a_body_split_at_every_byte():
    for at in range(1, len(BODY)):
        assert parse([BODY[:at], BODY[at:]]) == (PARTS, True), at


def test_a_body_in_pieces_of_any_size():
    for size in (1, 2, 3, 5, 7, 11, 50):
        assert parse([BODY[at : at + size] for at in range(0, len(BODY), size)]) == (PARTS, True), size


def test_what_is_not_utf_8_is_a_400_on_both_runtimes():
    for octets in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
        for name, value in ((octets, b"x"), (b"a", octets), (b'a"; filename="' + octets, b"x")):
            body = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--b--\r\n' % (name, value)
            error = raises(HttpError, in_memory, "multipart/form-data; boundary=b", body)
            assert error.status == 400, octets


def test_a_body_cut_short_is_not_done():
    end = BODY.find(b"--\r\nepilogue")
    for at in range(0, end + 1, 7):
        assert parse([BODY[:at]])[1] is False, at
    assert parse([BODY[: end + 2]])[1] is True


def test_the_parser_keeps_no_more_than_a_boundary():
    parser = Multipart(TYPE)
    head = b"--a'b-c\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n"
    for _ in parser.feed(head):
        pass
    for piece in (b"x" * 1000, b"\r\n--a'" * 100, b"\r" * 500):
        for _ in parser.feed(piece):
            pass
        assert len(parser._rest) <= len("\r\n--a'b-c")
