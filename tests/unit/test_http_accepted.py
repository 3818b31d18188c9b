"""Valid requests are understood, in whatever pieces they come, by the quick parser and by the strict one alike."""

from http_wire import Answer, Wire, site_with

from plugins.http import Connection, Request, Router, Site
from plugins.http.strict import parse

HOST = b"Host: garden\r\n"


def echo(request):
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "version": request.version,
        "body": str(request.body, "utf-8"),
        "host": request.headers.get("HOST"),
    }


def web():
    router = Router()
    for path in ("/", "/*", "/*/*"):
        router.add(path, echo, "GET,PUT,POST,DELETE,PATCH")
    return router


def ask(raw, **limits):
    """The JSON that comes back for `raw`."""
    import json

    wire = Wire(site_with(web(), **limits))
    answer = Answer(wire(raw))
    assert answer.status == 200, (answer.status, answer.body, raw)
    return json.loads(str(answer.body, "utf-8"))


def test_plain_requests_are_understood():
    got = ask(b"GET /a?b=c&d=%20e+f HTTP/1.1\r\n" + HOST + b"Accept: */*\r\n\r\n")
    assert got["method"] == "GET" and got["path"] == "/a" and got["query"] == {"b": "c", "d": " e f"}
    assert got["version"] == "1.1" and got["host"] == "garden" and got["body"] == ""
    got = ask(b"PUT /x/y HTTP/1.1\r\nhOST:garden:8080\r\nContent-Length:4\r\n\r\ntrue")
    assert got["method"] == "PUT" and got["body"] == "true" and got["host"] == "garden:8080"


def test_absolute_targets_bring_their_own_host():
    got = ask(b"GET http://shop:81/a?b=1 HTTP/1.1\r\n" + HOST + b"\r\n")
    assert got["path"] == "/a" and got["query"] == {"b": "1"} and got["host"] == "shop:81"
    assert ask(b"GET HTTPS://shop HTTP/1.1\r\n" + HOST + b"\r\n")["path"] == "/"
    assert ask(b"GET http://shop?x=2 HTTP/1.1\r\n" + HOST + b"\r\n")["query"] == {"x": "2"}


def test_escapes_in_paths_are_decoded_once():
    assert ask(b"GET /a%20b%C3%A4%2541 HTTP/1.1\r\n" + HOST + b"\r\n")["path"] == "/a b\xe4%41"
    # An encoded slash is part of its element, not a separator.
    router = Router()
    router.add("/file/:name", lambda request: request.params["name"])
    answer = Wire(site_with(router))(b"GET /file/a%2Fb HTTP/1.1\r\n" + HOST + b"\r\n")
    assert Answer(answer).body == b"a/b"


def test_unusual_but_valid_heads_are_taken():
    for lines in (
        b"Host: garden\r\nX:\r\n",
        b"Host: garden\r\nX: \t a\tb \t \r\n",
        b"Host: garden\r\nX: \xc3\xa4\r\n",
        b"Host: garden\r\nX: \xe4\r\n",
        b"Host:\r\n",
        b"Host: [::1]:8080\r\n",
        b"Host: garden:\r\n",
        b"Host: garden\r\n!#$%&'*+-.^_`|~: 1\r\n",
        b"Host: garden\r\nConnection: Keep-Alive, Upgrade\r\nUpgrade: h2c\r\n",
        b"Host: garden\r\nTE: trailers\r\n",
        b"Host: garden\r\nContent-Length: 0\r\n",
        b"Host: garden\r\nContent-Length: 0000000000000000000000\r\n",
    ):
        assert ask(b"GET / HTTP/1.1\r\n" + lines + b"\r\n")["method"] == "GET", lines


def test_a_newer_minor_version_is_answered_as_1_1():
    assert ask(b"GET / HTTP/1.7\r\n" + HOST + b"\r\n")["version"] == "1.1"


def test_an_empty_line_or_two_before_a_request_are_passed_over():
    for before in (b"\r\n", b"\r\n\r\n"):
        assert ask(before + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")["path"] == "/"
    wire = Wire(site_with(web()))
    raw = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\nx\r\n"  # as some old browsers do
    assert wire(raw + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n").count(b"200 OK") == 2


def test_chunked_bodies_are_put_together():
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: Chunked\r\n\r\n"
    for body in (
        b"5\r\nhello\r\n0\r\n\r\n",
        b"1\r\nh\r\n4\r\nello\r\n0\r\n\r\n",
        b"005\r\nhello\r\n000\r\n\r\n",
        b"5;name=value\r\nhello\r\n0;x\r\n\r\n",
        b'5 ; a="b c" ; d\r\nhello\r\n0\r\n\r\n',
        b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n",
    ):
        got = ask(head + body)
        assert got["body"] == "hello" and got["host"] == "garden", body
    assert ask(head + b"0\r\n\r\n")["body"] == ""
    assert ask(head + b"C\r\n\r\n in chunks\r\n0\r\n\r\n")["body"] == "\r\n in chunks"


def test_broken_chunks_are_refused():
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    for body in (
        b"x\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5_0\r\nhello\r\n0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"\r\nhello\r\n0\r\n\r\n",
        b";a\r\nhello\r\n0\r\n\r\n",
        b"5;\r\nhello\r\n0\r\n\r\n",
        b"5;a=\r\nhello\r\n0\r\n\r\n",
        b"5;a b\r\nhello\r\n0\r\n\r\n",
        b"5;a\x00\r\nhello\r\n0\r\n\r\n",
        b"5;" + b"a" * 1100 + b"\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\r\n0\r\n\r\n",
        b"5;a\nhello\r\n0\r\n\r\n",
        b"5\rhello\r\n0\r\n\r\n",
        b"4\r\nhello\r\n0\r\n\r\n",
        b"6\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhelloX\n0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"11111111111111111\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\nX : y\r\n\r\n",
        b"5\r\nhello\r\n0\r\n: y\r\n\r\n",
        b"5\r\nhello\r\n0\r\nno colon\r\n\r\n",
        b"5\r\nhello\r\n0\r\n X: y\r\n\r\n",
        b"5\r\nhello\r\n0\r\nX: \x01\r\n\r\n",
    ):
        wire = Wire(site_with(web()))
        answer = wire(head + body)
        assert answer and Answer(answer).status == 400, (body, answer)
        assert answer.count(b"HTTP/1.1 ") == 1, body
        wire.close()


def test_the_quick_parser_and_the_strict_one_agree():
    heads = []
    for first in (b"GET / HTTP/1.1", b"POST /a.b-c_~/d?e=%41&f=[1] HTTP/1.1", b"OPTIONS /x HTTP/1.1"):
        for host in (b"Host: a", b"host: A-b.c:80", b"HOST:x", b"Host: [::1]", b"X: y"):
            for more in (b"", b"Accept: a\tb", b"Connection: close", b"Connection: Keep-Alive", b"Te: x"):
                for size in (b"", b"Content-Length: 3", b"content-length:  0 "):
                    lines = [line for line in (first, host, more, size) if line]
                    heads.append(b"\r\n".join(lines) + b"\r\n\r\n")
    quick = 0
    conn = Connection(Site(), None, False)
    for head in heads:
        request = Request(conn, head, len(head) - 2)
        if request.parse():
            quick += 1
            strict = Request(conn, head, len(head) - 2)
            parse(strict)
            for name in ("method", "path", "url", "size", "hold", "minor", "host"):
                assert getattr(request, name) == getattr(strict, name), (head, name)
    assert quick > 50


def test_nothing_that_the_strict_parser_refuses_passes_the_quick_one():
    import test_http_refused as table

    raws = []
    kept, table.check = table.check, lambda rows: raws.extend([row[1] for row in rows])
    try:
        for name in dir(table):
            if name.startswith("test_") and "percent" not in name and "say_how" not in name:
                getattr(table, name)()
    finally:
        table.check = kept
    conn = Connection(Site(), None, False)
    for raw in raws:
        end = raw.find(b"\r\n\r\n")
        if end > 0:
            request = Request(conn, raw, end + 2)
            if request.parse():
                parse(request)  # refused for its method only, which nobody has a route for
                assert (
                    request.method in ("BREW", "TRACE", "get", "CONNECT", "PROPFIND")
                    or len(request.method) > 30
                )
    assert len(raws) > 90
