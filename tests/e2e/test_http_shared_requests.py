"""Requests as both web servers answer them, on all runtimes: RFC 9110 and RFC 9112."""

import json
import subprocess
import time

import pytest
import requests
from http_servers import ALL, WebServer, parse, receive_all, request, status

from processes import tool


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with the application of http_app."""
    server, runtime = request.param
    with WebServer(server, runtime, tmp_path_factory.mktemp("web")) as web:
        yield web


def responses(raw):
    """[(status, body)] of pipelined responses with Content-Length."""
    found = []
    while raw:
        head, _, raw = raw.partition(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        size = [int(line.split(":")[1]) for line in lines if line.startswith("content-length:")]
        size = size[0] if size else 0
        found.append((int(lines[0].split()[1]), raw[:size]))
        raw = raw[size:]
    return found


# what is right


def test_routes_give_what_handlers_return(web):
    code, headers, body = web.get("/hello/W%C3%B6rld")
    assert code == 200 and json.loads(body) == {"hello": "Wörld"}
    assert headers["content-type"] == "application/json"
    code, headers, body = web.get("/")
    assert (code, body) == (200, b"home") and headers["content-type"] == "text/html; charset=utf-8"
    assert json.loads(web.get("/stars/a/and/b%2Fc")[2]) == ["a", "b/c"]
    code, headers, body = web.get("/status/202")
    assert (code, headers["x-status"], body) == (202, "202", b"as asked")


def test_a_handler_sees_the_request(web):
    body = web.get(
        "/inspect?a=1&b=x+y&b=%C3%A4",
        "X-Test:  value ",
        "Cookie: one=1; two=2",
        method="PUT",
        body=b"12345",
    )[2]
    assert json.loads(body) == {
        "method": "PUT",
        "path": "/inspect",
        "query": {"a": "1", "b": "ä"},
        "host": "test",
        "x": "value",
        "cookies": {"one": "1", "two": "2"},
        "body": 5,
    }


def test_every_status_and_message_has_its_form(web):
    for code, reason in (
        (404, b"Not Found"),
        (403, b"Forbidden"),
        (409, b"Conflict"),
        (503, b"Service Unavailable"),
    ):
        raw = web.exchange(request("GET", "/status/%d" % code))
        assert raw.startswith(b"HTTP/1.1 %d %s\r\n" % (code, reason))
    raw = web.exchange(request("GET", "/status/204"))
    assert (
        raw.startswith(b"HTTP/1.1 204 ")
        and raw.endswith(b"\r\n\r\n")
        and b"content-length" not in raw.lower()
    )


def test_errors_are_answered_and_do_no_harm(web):
    assert web.get("/deny")[0] == 418
    assert web.get("/fail")[0] == 500
    assert web.get("/nothing")[0] == 404
    assert web.get("/")[0] == 200
    assert "broken on purpose" in web.output
    code, headers, _ = web.get("/hungry")
    assert web.runtime == "cpython" or (code, headers.get("retry-after")) == (503, "2")


def test_the_wrong_method_is_told_the_right_ones(web):
    code, headers, _ = web.get("/echo")
    assert code == 405 and headers["allow"] == "OPTIONS, POST"
    code, headers, _ = web.get("/hello/x", method="DELETE")
    assert code == 405 and headers["allow"] == "GET, HEAD, OPTIONS"
    code, headers, body = web.get("/inspect", method="OPTIONS")
    assert code in (200, 204) and body == b""
    assert headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
    assert web.get("*", method="OPTIONS")[0] in (200, 204)


def test_head_has_the_head_of_get_and_no_body(web):
    for path in ("/", "/hello/x", "/stream", "/large", "/nothing", "/fail"):
        got = parse(web.exchange(request("GET", path)))
        raw = web.exchange(request("HEAD", path))
        code, headers, body = parse(raw, "HEAD")
        assert body == b"" and code == got[0], path
        assert headers.get("content-length") == got[1].get("content-length"), path
        assert headers.get("content-type") == got[1].get("content-type"), path


def test_a_connection_is_kept_alive_and_closed_when_asked(web):
    with web.connect() as sock:
        for path in ("/", "/hello/x", "/nothing", "/"):
            sock.sendall(request("GET", path, close=False))
            raw = sock.recv(65536)
            assert raw.startswith(b"HTTP/1.1 ") and b"onnection: close" not in raw
        sock.sendall(request("GET", "/"))
        assert b"Connection: close" in receive_all(sock)


def test_http_1_0_is_closed_unless_it_asks_to_be_kept(web):
    raw = web.exchange(b"GET / HTTP/1.0\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 200 ") and raw.endswith(b"\r\n\r\nhome")
    with web.connect() as sock:
        sock.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert b"Connection: keep-alive" in sock.recv(65536)
        sock.sendall(b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        raw = receive_all(sock)  # no chunks in 1.0: the end is the end of the connection
        assert b"chunked" not in raw and raw.endswith(b"line 4\n")


def test_pipelined_requests_are_answered_in_order(web):
    paths = ["/hello/%d" % i for i in range(20)]
    raw = b"".join([request("GET", path, close=False) for path in paths]) + request("GET", "/")
    found = responses(web.exchange(raw))
    assert [json.loads(body)["hello"] for _, body in found[:-1]] == [str(i) for i in range(20)]
    assert found[-1] == (200, b"home")


def test_pipelined_bodies_are_told_apart(web):
    raw = b"".join([request("POST", "/echo", close=False, body=b"%d" % i * i) for i in range(12)])
    found = responses(web.exchange(raw, request("GET", "/")))
    assert [body for _, body in found] == [b"%d" % i * i for i in range(12)] + [b"home"]


def test_a_request_in_single_bytes_is_a_request(web):
    raw = request("POST", "/echo", ["Content-Type: a/b"], b"body")
    with web.connect() as sock:
        for i in range(len(raw)):
            sock.sendall(raw[i : i + 1])
            if i % 40 == 0:
                time.sleep(0.002)
        assert parse(receive_all(sock))[2] == b"body"


def test_chunked_requests(web):
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    for body in (
        b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        b"B\r\nhello world\r\n000\r\n\r\n",
        b'00005;name=value;quoted="a;b"\r\nhello\r\n6;x\r\n world\r\n0;last\r\nTrailer: one\r\nX: two\r\n\r\n',
    ):
        assert parse(web.exchange(head + body))[2] == b"hello world"
        assert parse(web.exchange(head, *[body[i : i + 1] for i in range(len(body))]))[2] == b"hello world"


def test_expect_100_continue(web):
    with web.connect() as sock:
        sock.sendall(
            b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
        )
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"body")
        assert parse(receive_all(sock))[2] == b"body"
    with web.connect() as sock:  # refused without the body
        sock.sendall(
            b"POST /nothing HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 900000\r\n\r\n"
        )
        assert int(sock.recv(1000).split()[1]) in (404, 413, 417)
    assert status(web, request("POST", "/echo", ["Expect: 200-maybe"], b"x")) == 417


def test_streams_and_late_answers(web):
    code, headers, body = web.get("/stream?n=30")
    assert headers["transfer-encoding"] == "chunked" and body == b"".join(
        [b"line %d\n" % i for i in range(30)]
    )
    with web.connect() as sock:
        sock.sendall(request("GET", "/slow"))
        raw = b""
        while b"first" not in raw:
            raw += sock.recv(1000)
        assert b"second" not in raw  # sent as it was yielded
        web.get("/go-on")
        raw += receive_all(sock)
        assert parse(raw)[2] == b"first\nsecond\n"
    assert json.loads(web.get("/late")[2]) == {"late": True}


def test_a_stream_that_breaks_is_seen_to_be_cut(web):
    raw = web.exchange(request("GET", "/broken-stream", close=False))
    assert b"some\n" in raw and not raw.endswith(b"0\r\n\r\n")


def test_slow_clients_and_slow_handlers_delay_nobody(web):
    unfinished = (
        request("GET", "/late?ms=4000"),
        b"GET / HT",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
        b"",
    )
    slow = [web.connect() for _ in unfinished]
    for sock, piece in zip(slow, unfinished):
        sock.sendall(piece)
    with web.connect() as reader:
        reader.sendall(request("GET", "/large?kb=8000"))  # and reads nothing
        for _ in range(10):
            assert web.get("/")[0] == 200
    for sock in slow:  # none of them has had its answer, or been given up, before the others had theirs
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(1)
        sock.close()


def test_a_large_answer_arrives_whole(web):
    code, headers, body = web.get("/large?kb=1000")
    assert body == b"0123456789abcdef" * 64 * 1000


def test_a_body_larger_than_memory_is_read_in_pieces(web):
    size = 600000
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    assert json.loads(web.get("/sum", method="POST", body=data)[2]) == {
        "bytes": size,
        "sum": sum(data) & 0xFFFFFF,
    }
    chunks = b"".join(
        [b"%x\r\n%s\r\n" % (len(c), c) for c in [data[i : i + 999] for i in range(0, size, 999)]]
    )
    raw = web.exchange(
        b"POST /sum HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks
        + b"0\r\n\r\n"
    )
    assert json.loads(parse(raw)[2])["bytes"] == size


def test_json_and_forms(web):
    assert requests.post(web.url + "/json", json={"a": [1, None, "ä"]}, timeout=10).json() == {
        "got": {"a": [1, None, "ä"]}
    }
    assert requests.post(web.url + "/json", data=b"{broken", timeout=10).status_code == 400
    form = {"name": "Änne & Co", "empty": "", "plus": "a+b"}
    assert requests.post(web.url + "/form", data=form, timeout=10).json() == {"form": form}


def test_curl_is_served(web):
    def curl(*arguments):
        return subprocess.run(
            [tool("curl"), "-sS", "--max-time", "10", *arguments], stdout=subprocess.PIPE, check=True
        ).stdout

    assert curl(web.url + "/", web.url + "/hello/x") == b'home{"hello": "x"}'
    assert curl("-d", "x" * 2000, web.url + "/echo") == b"x" * 2000
    assert curl("-H", "Transfer-Encoding: chunked", "-d", "x" * 3000, web.url + "/echo") == b"x" * 3000
    assert b"405" in curl("-i", "-X", "DELETE", web.url + "/echo")
    assert curl("-0", web.url + "/stream?n=2") == b"line 0\nline 1\n"


# what a strict server must refuse


def test_a_client_that_hangs_up_anywhere_does_no_harm(web):
    whole = request("POST", "/echo", [], b"x" * 100)
    for at in range(0, len(whole), 9):
        with web.connect() as sock:
            sock.sendall(whole[:at])
    for path in ("/large?kb=500", "/slow", "/stream?n=1000", "/api/events"):
        with web.connect() as sock:
            sock.sendall(request("GET", path))
            sock.recv(10)
    assert web.get("/")[0] == 200


def test_the_device_api(web):
    api = requests.get(web.url + "/api", timeout=10).json()
    assert api["name"] == "test" and api["modules"]["pages"]["properties"]["level"]["value"] == 3
    put = requests.put(web.url + "/api/pages/level", data="7", timeout=10)
    assert put.status_code == 200 and requests.get(web.url + "/api/pages/level", timeout=10).json() == 7
    for value in ("11", '"wet"', "NaN", "", "[", "true"):
        answer = requests.put(web.url + "/api/pages/level", data=value, timeout=10)
        assert answer.status_code == 400 and "pages/level" in answer.json()["error"], value
    assert requests.put(web.url + "/api/pages/heat", data="1", timeout=10).status_code == 405
    assert requests.get(web.url + "/api/pages/none", timeout=10).status_code == 404
    requests.put(web.url + "/api/pages/level", data="3", timeout=10)


def test_events_follow_the_properties(web):
    with requests.get(web.url + "/api/events?filter=pages/%2B", stream=True, timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines(decode_unicode=True)
        seen = []
        while len(seen) < 3:
            line = next(lines)
            if line.startswith("event:"):
                seen.append((line, next(lines)))
        assert ("event: pages/level", "data: 3") in seen
        requests.put(web.url + "/api/pages/lamp", data="true", timeout=10)
        while seen[-1] != ("event: pages/lamp", "data: true"):
            line = next(lines)
            if line.startswith("event:"):
                seen.append((line, next(lines)))
    requests.put(web.url + "/api/pages/lamp", data="false", timeout=10)
