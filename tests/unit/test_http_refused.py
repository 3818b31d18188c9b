"""Malformed, ambiguous and unwanted requests get their status, and no handler sees them."""

from http_wire import Answer, Wire, site_with

from plugins.http import Router

HOST = b"Host: garden\r\n"
seen = []


def web():
    router = Router()
    for path in ("/", "/x", "/*"):
        router.add(path, seen.append, "GET,PUT,POST,DELETE,PATCH")
    return router


def status(raw, **limits):
    """The status of the answer to `raw`; 0: the connection is closed without one, None: more is waited for."""
    wire = Wire(site_with(web(), **limits))
    answer = wire(raw)
    if not answer:
        return 0 if wire.closed else None
    wire.close()
    return Answer(answer).status


def check(table):
    """Each raw request of `table` (name, expected status, bytes) is refused so, and closes the connection."""
    del seen[:]
    for want, raw in table:
        got = status(raw)
        assert got == want, "%r: %s, not %s" % (raw[:80], got, want)
        assert not seen, "a handler saw %r" % raw


def line(text):
    return text + b"\r\n" + HOST + b"\r\n"


def with_headers(*lines):
    return b"GET / HTTP/1.1\r\n" + HOST + b"".join([text + b"\r\n" for text in lines]) + b"\r\n"


def post(headers, body=b""):
    return b"POST / HTTP/1.1\r\n" + HOST + headers + b"\r\n\r\n" + body


def test_broken_request_lines_are_400():
    check(
        [
            (400, line(b"GET /")),
            (400, line(b"GET  / HTTP/1.1")),
            (400, line(b"GET / HTTP/1.1 ")),
            (400, line(b" GET / HTTP/1.1")),
            (400, line(b"GET\t/\tHTTP/1.1")),
            (400, line(b"GET / / HTTP/1.1")),
            (400, line(b"GET / HTTP/1.1\x0b")),
            (400, line(b"GET /\x00 HTTP/1.1")),
            (400, line(b"GET /a\x7f HTTP/1.1")),
            (400, line(b"GET /\xc3\xa4 HTTP/1.1")),
            (400, line(b"GET /\xff HTTP/1.1")),
            (400, line(b"G\xc3\x84T / HTTP/1.1")),
            (400, line(b"G(T / HTTP/1.1")),
            (400, line(b"GET /#top HTTP/1.1")),
            (400, line(b"GET /a\\b HTTP/1.1")),
            (400, line(b"/ GET HTTP/1.1")),
            (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
            (400, b"\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n"),
        ]
    )


def test_versions_other_than_1_are_505_and_what_is_none_is_400():
    check(
        [
            (400, line(b"GET / HTTP/1.1.1")),
            (400, line(b"GET / http/1.1")),
            (400, line(b"GET / HTTP/11")),
            (400, line(b"GET / HTTP/1.x")),
            (400, line(b"GET / HTTP/+1.1")),
            (400, line(b"GET / HTCPCP/1.0")),
            (400, line(b"GET / HTTP /1.1")),
            (505, line(b"GET / HTTP/2.0")),
            (505, line(b"GET / HTTP/0.9")),
            (505, line(b"GET / HTTP/9.9")),
            (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ]
    )


def test_methods_nobody_knows_are_501():
    check(
        [
            (501, line(b"BREW / HTTP/1.1")),
            (501, line(b"TRACE / HTTP/1.1")),
            (501, line(b"get / HTTP/1.1")),
            (501, line(b"PROPFIND / HTTP/1.1")),
            (501, line(b"M-SEARCH / HTTP/1.1")),
            (501, line(b"GETGETGETGETGETGETGETGETGETGETGETGETGETGET / HTTP/1.1")),
        ]
    )


def test_targets_have_a_form_that_fits_the_method():
    check(
        [
            (400, line(b"GET * HTTP/1.1")),
            (400, line(b"GET x HTTP/1.1")),
            (400, line(b"GET garden:80 HTTP/1.1")),
            (400, line(b"CONNECT garden:80 HTTP/1.1")),
            (400, line(b"GET ftp://garden/ HTTP/1.1")),
            (400, line(b"GET http:///x HTTP/1.1")),
            (400, line(b"GET http://a@garden/ HTTP/1.1")),
            (400, line(b"GET http://gar den/ HTTP/1.1")),
            (400, line(b"GET ?a=1 HTTP/1.1")),
        ]
    )


def test_percent_encoding_is_complete_and_gives_text():
    for path in (
        b"/%",
        b"/%4",
        b"/%zz",
        b"/%4g",
        b"/% 41",
        b"/%+1",
        b"/%00",
        b"/%0a",
        b"/%7f",
        b"/%5c",
        b"/%ff",
    ):
        assert status(line(b"GET " + path + b" HTTP/1.1")) == 400, path
    # Overlong forms, surrogates, what is beyond Unicode.
    for path in (b"/%c0%ae%c0%ae/", b"/%e0%80%af", b"/%ed%a0%80", b"/%f4%90%80%80", b"/%c3", b"/%c3x"):
        assert status(line(b"GET " + path + b" HTTP/1.1")) == 400, path
    assert not seen


def test_broken_header_lines_are_400():
    check(
        [
            (400, with_headers(b"X : 1")),
            (400, with_headers(b"X\t: 1")),
            (400, with_headers(b": 1")),
            (400, with_headers(b"X")),
            (400, with_headers(b"X 1")),
            (400, with_headers(b" X: 1")),
            (400, with_headers(b"A: 1", b" folded")),
            (400, with_headers(b"A: 1", b"\tfolded")),
            (400, with_headers(b"X: a\x00b")),
            (400, with_headers(b"X: a\rb")),
            (400, with_headers(b"X: a\nY: b")),
            (400, with_headers(b"X: a\x0bb")),
            (400, with_headers(b"X: a\x1bb")),
            (400, with_headers(b"X: a\x7f")),
            (400, with_headers(b"X(y): 1")),
            (400, with_headers(b'"X": 1')),
            (400, with_headers(b"X\xc3\xa4: 1")),
            (400, with_headers(b"X@y: 1")),
        ]
    )


def test_line_feeds_alone_end_no_line():
    check(
        [
            (400, b"GET / HTTP/1.1\nHost: garden\n\n"),
            (400, b"GET / HTTP/1.1\r\nHost: garden\n\r\n"),
            (400, b"GET / HTTP/1.1\nHost: garden\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: garden\r\n\nX: 1\r\n\r\n"),
            (400, b"\nGET / HTTP/1.1\r\nHost: garden\r\n\r\n"),
        ]
    )


def test_there_is_exactly_one_valid_host():
    check(
        [
            (400, b"GET / HTTP/1.1\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nX: 1\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"),
            (400, b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: ::1]\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: [::1]80\r\n\r\n"),
            (400, b"GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n"),
        ]
    )


def test_conflicting_or_broken_lengths_are_400():
    body = b"12345"
    check(
        [
            (400, post(b"Content-Length: 5\r\nContent-Length: 5", body)),
            (400, post(b"Content-Length: 5\r\nContent-Length: 6", body)),
            (400, post(b"Content-Length: 5\r\ncontent-length: 0", body)),
            (400, post(b"Content-Length: 5, 5", body)),
            (400, post(b"Content-Length: +5", body)),
            (400, post(b"Content-Length: -5", body)),
            (400, post(b"Content-Length: 5.0", body)),
            (400, post(b"Content-Length: 0x5", body)),
            (400, post(b"Content-Length: 1_0", body)),
            (400, post(b"Content-Length: 5 5", body)),
            (400, post(b"Content-Length: five", body)),
            (400, post(b"Content-Length:", body)),
            (400, post(b"Content-Length: \xd9\xa5", body)),
            (400, post(b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n")),
            (400, post(b"Transfer-Encoding: chunked\r\nContent-Length: 0", b"0\r\n\r\n")),
            (400, post(b"Content-Length : 5", body)),
            (400, post(b"Content-Length: 5\r\n Transfer-Encoding: chunked", body)),
        ]
    )


def test_transfer_codings_other_than_chunked_are_refused():
    end = b"0\r\n\r\n"
    check(
        [
            (501, post(b"Transfer-Encoding: gzip", end)),
            (501, post(b"Transfer-Encoding: gzip, chunked", end)),
            (501, post(b"Transfer-Encoding: identity", end)),
            (501, post(b"Transfer-Encoding: xchunked", end)),
            (501, post(b'Transfer-Encoding: "chunked"', end)),
            (501, post(b"Transfer-Encoding: chunked;q=1", end)),
            (400, post(b"Transfer-Encoding: chunked, gzip", end)),
            (400, post(b"Transfer-Encoding: chunked, chunked", end)),
            (400, post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", end)),
            (400, post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", end)),
            (400, post(b"Transfer-Encoding:", end)),
            (400, post(b"Transfer-Encoding: ,chunked", end)),
            (400, post(b"Transfer-Encoding : chunked", end)),
            (400, post(b"Transfer-Encoding:\x0bchunked", end)),
            (400, post(b"Transfer-Encoding: chunked\x00", end)),
            (400, b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + end),
        ]
    )


def test_a_write_without_a_length_has_an_empty_body():
    for method in (b"POST", b"PUT", b"PATCH", b"DELETE"):
        assert status(method + b" / HTTP/1.1\r\n" + HOST + b"\r\n") == 204 and seen.pop()
    assert status(b"POST / HTTP/1.0\r\n\r\n") == 204 and seen.pop()


def test_what_clients_send_unescaped_passes():
    for target in (b'/"x"', b"/<x>", b'/?j={"a":1}', b"/?a=[1]|^"):
        assert status(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n") in (200, 204), target
    seen.clear()


def test_expectations_other_than_100_continue_are_417():
    check([(417, post(b"Content-Length: 1\r\nExpect: 200-ok", b"x"))])


def test_a_request_that_is_refused_ends_the_connection():
    wire = Wire(site_with(web()))
    out = wire(b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: garden\r\n\r\n")
    assert out.count(b"HTTP/1.1 ") == 1 and b"Connection: close" in out and wire.closed and not seen
