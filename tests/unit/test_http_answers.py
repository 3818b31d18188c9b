"""Whatever a handler returns, raises or yields becomes a response; filters stand around it."""

import json

from http_wire import Answer, Wire, ask, request, site_with

from plugins.http import HttpError, Response, Router, Signal, redirect
from support import raises


def answer_to(result, method="GET", headers=(), **limits):
    """The Answer when a handler returns `result`, or raises it."""

    def handler(request):
        if isinstance(result, Exception):
            raise result
        return result

    site = site_with(Router("", [["/", handler]]), **limits)
    site.log = lambda text: None
    return ask(site, method, "/", headers)


def test_dicts_and_lists_are_json():
    for value in ({"a": [1, 2.5, None, True]}, [], {}, [{"x": "\xe4\n\x01"}]):
        answer = answer_to(value)
        assert answer.status == 200 and answer.headers["content-type"] == "application/json"
        assert json.loads(str(answer.body, "utf-8")) == value
        assert answer.headers["content-length"] == str(len(answer.body))


def test_what_json_does_not_know_becomes_null():
    nan, inf = float("nan"), float("inf")
    answer = answer_to({"a": nan, "b": [inf, -inf, 1.5], "c": {"d": nan}, "info": "nan NaN Infinity"})
    got = json.loads(str(answer.body, "utf-8"))
    assert got == {"a": None, "b": [None, None, 1.5], "c": {"d": None}, "info": "nan NaN Infinity"}


class Pieces:
    """A body that comes piece by piece, as a file does."""

    length = 5000

    def pieces(self, request):
        for _ in range(5):
            yield b"x" * 1000


def test_the_connection_ends_with_the_last_byte_however_the_body_came():
    def in_pieces(request):
        response = Response(b"")
        response.body = Pieces()
        return response

    def streamed(request):
        for _ in range(5):
            yield b"x" * 1000

    for handler in (lambda request: b"x", lambda request: b"x" * 5000, in_pieces, streamed):
        wire = Wire(site_with(Router("", [["/", handler]])))
        assert Answer(wire(request("GET", "/", ["Connection: close"]))).status == 200
        assert wire.closed, "it does not wait for more of the client"


def test_text_is_html_and_bytes_are_bytes():
    answer = answer_to("<p>\xe4</p>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8" and answer.body == b"<p>\xc3\xa4</p>"
    for body in (b"\x00\xff", bytearray(b"\x00\xff"), memoryview(b"\x00\xff")):
        answer = answer_to(body)
        assert answer.headers["content-type"] == "application/octet-stream" and answer.body == b"\x00\xff"


def test_nothing_is_204():
    answer = answer_to(None)
    assert answer.status == 204 and answer.body == b"" and "content-length" not in answer.headers
    assert answer_to("").status == 200


def test_tuples_have_status_and_headers():
    answer = answer_to(({"made": 1}, 201))
    assert answer.status == 201 and answer.body == b'{"made": 1}'
    answer = answer_to(("gone", 410, {"X-Why": "old", "Content-Type": "text/plain"}))
    assert answer.status == 410 and answer.headers["x-why"] == "old"
    assert answer.headers["content-type"] == "text/plain"
    assert answer_to(("x", 200, [("X-A", "1"), ("X-A", "2")])).headers["x-a"] == "2"
    assert answer_to(("x", 200, {"X-A": "1\t2 3"})).headers["x-a"] == "1\t2 3"


def test_responses_carry_everything():
    response = Response(b"x", 203, [("X-A", "1")], type="image/png")
    response.set("x-a", "2")
    response.add("X-B", "3")
    answer = answer_to(response)
    assert answer.status == 203 and answer.headers["x-a"] == "2" and answer.headers["x-b"] == "3"
    assert answer.headers["content-type"] == "image/png"
    assert (
        answer_to(Response({"a": 1}, type="application/problem+json"))
        .headers["content-type"]
        .endswith("m+json")
    )


def test_status_without_body_has_none():
    for status in (204, 304):
        answer = answer_to((b"", status))
        assert answer.status == status and "content-length" not in answer.headers and answer.body == b""


def test_answers_that_are_none_are_500():
    for bad in (object(), {1, 2}, ("x", 99), ("x", 1000), ("x", 200, {"X": "a\r\nSet-Cookie: evil"})):
        answer = answer_to(bad)
        assert answer.status == 500, bad
        assert b"evil" not in answer.body and "set-cookie" not in answer.headers


def test_headers_that_would_not_be_one_line_or_frame_the_answer_anew_are_500():
    for headers in (
        {"A b": "c"},
        {"A\tb": "c"},
        {"A\r\nB": "c"},
        {"A": "b\0c"},
        {"A": "b\x7f"},
        [("A", "b\nc")],
        {"Content-Length": "99"},
        {"transfer-encoding": "chunked"},
    ):
        told = []
        site = site_with(Router("", [["/", lambda request, headers=headers: ("x", 200, headers)]]))
        site.log = told.append
        wire = Wire(site)
        raw = wire(request("GET", "/"))
        assert raw.startswith(b"HTTP/1.1 500 ") and raw.count(b"\r\nContent-Length: ") == 1, headers
        assert "ValueError" in told[0], told


def test_a_flag_and_a_number_are_json_on_both_runtimes():
    for value in (True, False, 1.5, 0):
        answer = answer_to(value)
        assert answer.status == 200 and answer.body == json.dumps(value).encode(), value


def test_what_json_has_no_word_for_is_a_500_with_the_reason_in_the_log_on_both_runtimes():
    class Sensor:
        def __repr__(self):
            return '"1": 2'

    told = []
    for bad in (
        {"a": {1, 2}},
        [set()],
        {"a": [(1, {"b": Sensor()})]},
        [b"bytes"],
        [range(3)],
        {"a": len},
        {("a", "b"): 1},
        {"a": [1, ValueError("x")]},
        ({"a": Sensor()}, 201),
    ):
        site = site_with(Router("", [["/", lambda request, bad=bad: bad]]))
        site.log = told.append
        answer = ask(site, "GET", "/")
        assert answer.status == 500 and b"set" not in answer.body, bad
        assert len(told) == 1 and "TypeError" in told.pop(), bad
    for good in ({1: 2}, {None: (1, 2)}, {"a": True, "b": [1.5, None, ()]}):
        assert json.loads(str(answer_to(good).body, "utf-8")) == json.loads(json.dumps(good)), good


def test_redirects_name_the_place():
    assert answer_to(redirect("/b?c=d")).headers["location"] == "/b?c=d"
    assert answer_to(redirect("/b")).status == 302 and answer_to(redirect("/b", 308)).status == 308
    assert answer_to(redirect("/b\r\nX: y")).status == 500


def test_cookies_are_set_safely():
    response = Response("x")
    response.set_cookie("sid", "abc", max_age=60, secure=True)
    cookie = answer_to(response).headers["set-cookie"]
    assert cookie == "sid=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    response.set_cookie("a", "", max_age=0, path=None, http_only=False, same_site=None)
    assert answer_to(response).headers["set-cookie"] == "a=; Max-Age=0"
    for name, value in (("a b", "x"), ("", "x"), ("a", "x;y"), ("a", "x y"), ("a", "x\r\n"), ("a", '"')):
        raises(ValueError, response.set_cookie, name, value)


def test_cookies_of_a_request_are_read():
    site = site_with(Router("", [["/", lambda request: request.cookies]]))
    answer = ask(site, "GET", "/", ['Cookie: a=1; b="two"; a=3; c=d=e', "Cookie: f=4; junk"])
    assert json.loads(str(answer.body, "utf-8")) == {"a": "1", "b": "two", "c": "d=e", "f": "4"}
    assert ask(site, "GET", "/").body == b"{}"


def test_errors_that_are_raised_have_their_status():
    answer = answer_to(HttpError(409, "busy just now", [("Retry-After", "3")]))
    assert answer.status == 409 and answer.body == b"Conflict: busy just now\n"
    assert answer.headers["retry-after"] == "3"
    assert answer_to(HttpError(404)).body == b"Not Found\n"
    assert json.loads(str(answer_to(HttpError(400, {"error": "x"})).body, "utf-8")) == {"error": "x"}


def test_an_exception_is_a_500_and_a_log_entry_and_the_connection_goes_on():
    lines = []
    site = site_with(Router("", [["/bad", lambda request: 1 // 0], ["/good", lambda request: "fine"]]))
    site.log = lines.append
    wire = Wire(site)
    answer = Answer(wire(request("GET", "/bad")))
    assert answer.status == 500 and b"Zero" not in answer.body
    assert len(lines) == 1 and "GET /bad" in lines[0] and "ZeroDivisionError" in lines[0]
    assert Answer(wire(request("GET", "/good"))).body == b"fine"


def test_an_exception_whose_own_text_raises_another_is_a_500_and_a_log_entry():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no text")

        __repr__ = __str__

    def handler(request):
        raise Mute()

    told = []
    site = site_with(Router("", [["/", handler]]))
    site.log = told.append
    assert ask(site, "GET", "/").status == 500 and "Mute" in told[0], told


def test_error_pages_may_be_ones_own():
    site = site_with(Router("", [["/bad", lambda request: 1 // 0]]))
    site.log = lambda text: None
    site.pages = {404: "<h1>Lost</h1>", 500: lambda request, text: {"path": request.path}}
    answer = ask(site, "GET", "/nowhere")
    assert (
        answer.status == 404 and answer.body == b"<h1>Lost</h1>" and "html" in answer.headers["content-type"]
    )
    answer = ask(site, "GET", "/bad")
    assert answer.status == 500 and answer.body == b'{"path": "/bad"}'


def test_filters_come_before_and_after():
    trail = []

    class Filter:
        def __init__(self, name):
            self.name = name

        def before(self, request):
            trail.append("before " + self.name)
            if request.path == "/stop" + self.name:
                return "stopped by " + self.name, 403

        def after(self, request, response):
            trail.append("after " + self.name)
            response.set("X-Seen", self.name)
            if request.path == "/swap":
                return Response("swapped", 299)

    class Early:
        def before(self, request):
            if request.path == "/raise":
                raise HttpError(418)

    site = site_with(Router("", [["/", lambda request: {"a": 1}], ["/swap", lambda request: "x"]]))
    site.filters = [Filter("1"), Filter("2"), Early()]
    answer = ask(site, "GET", "/")
    assert answer.body == b'{"a": 1}' and answer.headers["x-seen"] == "1"
    assert trail == ["before 1", "before 2", "after 2", "after 1"]
    answer = ask(site, "GET", "/stop1")
    assert answer.status == 403 and answer.body == b"stopped by 1"
    assert ask(site, "GET", "/swap").status == 299
    assert ask(site, "GET", "/raise").status == 418
    assert ask(site, "GET", "/nothing").headers["x-seen"] == "1"  # errors pass the filters too
    site.filters = [Early()]
    assert ask(site, "GET", "/").body == b'{"a": 1}'


def test_a_filter_that_fails_is_a_500():
    class Broken:
        def after(self, request, response):
            raise ValueError("broken")

    site = site_with(Router("", [["/", lambda request: "x"]]))
    site.log = lambda text: None
    site.filters = [Broken()]
    assert ask(site, "GET", "/").status == 500


def test_http_1_0_gets_what_it_understands():
    site = site_with(
        Router("", [["/", lambda request: "x"], ["/s", lambda request: (c for c in ("a", "b"))]])
    )
    wire = Wire(site)
    out = wire(b"GET / HTTP/1.0\r\n\r\n")
    assert b"Connection: close" in out and wire.closed
    wire = Wire(site)
    out = wire(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert b"Connection: keep-alive" in out and not wire.closed
    out = wire(b"GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert out.endswith(b"\r\n\r\nab") and b"chunked" not in out and wire.closed


def test_close_is_obeyed_and_announced():
    site = site_with(Router("", [["/", lambda request: "x"]]))
    for value in ("close", "Close", "keep-alive, close", "close, keep-alive"):
        wire = Wire(site)
        out = wire(request("GET", "/", ["Connection: " + value]) + request("GET", "/"))
        assert out.count(b"200 OK") == 1 and b"Connection: close\r\n" in out and wire.closed, value


def test_the_date_is_there_when_the_clock_is_set():
    import time

    import plugins.http as http

    answer = answer_to("x")
    if time.gmtime()[0] >= 2024:
        assert answer.headers["date"].endswith(" GMT") and len(answer.headers["date"]) == 29
    kept = http.time
    try:
        http.time = lambda: 1000000
        assert "date" not in answer_to("x").headers
        http.time = lambda: 1735689599 if time.gmtime(0)[0] == 1970 else 1735689599 - 946684800
        site = site_with(Router("", [["/", lambda request: "x"]]))
        assert ask(site, "GET", "/").headers["date"] == "Tue, 31 Dec 2024 23:59:59 GMT"
        http.time = lambda: 1735689601 if time.gmtime(0)[0] == 1970 else 1735689601 - 946684800
        assert ask(site, "GET", "/").headers["date"] == "Wed, 01 Jan 2025 00:00:01 GMT"
    finally:
        http.time = kept


def test_signals_wait_in_a_table_of_their_own():
    signal = Signal(5)
    assert signal.timeout_ms == 5 and not signal.is_set and not signal.reads
    signal.set()
    assert signal.is_set


def test_every_status_has_a_reason_phrase():
    for status, phrase in (
        (201, b"Created"),
        (207, b"Multi-Status"),
        (402, b"Payment Required"),
        (404, b"Not Found"),
        (410, b"Gone"),
        (418, b"I'm a teapot"),
        (421, b"Misdirected Request"),
        (507, b"Insufficient Storage"),
        (599, b"Server Error"),  # which nobody has registered
        (299, b"Success"),
    ):
        site = site_with(Router("", [["/", lambda request, status=status: ("x", status)]]))
        wire = Wire(site)
        assert wire(request("GET", "/")).startswith(b"HTTP/1.1 %d %s\r\n" % (status, phrase)), status


def test_numbers_have_no_more_digits_than_a_float_keeps():
    from plugins.http.connection import dumps

    total = 0.1 + 0.2 - 0.2 - 0.056 + 0.0
    assert dumps(0.044) == "0.044" and dumps([0.044]) == "[0.044]"
    assert dumps({"a": [0.044, {"b": 0.1}], "c": total}) == '{"a": [0.044, {"b": 0.1}], "c": 0.044}'
    for text in (
        "0.04399999999999999",
        'say \\"0.04399999999999999\\" ',
        "ends \\\\",
        "",
        "0.30000000000000004",
    ):
        import json

        assert json.loads(dumps([text, 0.044, "x"])) == [text, 0.044, "x"], text
