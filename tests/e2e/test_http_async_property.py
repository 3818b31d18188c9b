"""Properties of the HTTP library, for requests that nobody has thought of: split, joined, mutated, generated."""

import json
import sys
from pathlib import Path

import h11
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "unit"))

from http_wire import Wire, site_with  # noqa: E402

from plugins.http import Connection, HttpError, Request, Router, Site  # noqa: E402
from plugins.http.strict import parse  # noqa: E402

TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TAKEN = ("host", "content-length", "transfer-encoding", "connection", "expect", "upgrade")


def web():
    router = Router()

    @router.route("/*", "GET,PUT,POST,DELETE,PATCH")
    def echo(request):
        return {
            "method": request.method,
            "path": request.path,
            "query": sorted(request.query.items()),
            "headers": sorted(request.headers.items()),
            "body": request.body.hex(),
        }

    @router.post("/stream/it", stream=True)
    def stream(request):
        whole = b""
        while True:
            piece = yield from request.read(7)
            if not piece:
                break
            whole += piece
        yield whole.hex()
        yield "."

    return router


def answers(pieces):
    """All that comes back for `pieces`, without the dates."""
    wire = Wire(site_with(web()))
    out = b"".join([wire(piece) for piece in pieces if piece])
    wire.close()
    return b"\r\n".join([line for line in out.split(b"\r\n") if not line.startswith(b"Date: ")])


names = st.text(TOKEN, min_size=1, max_size=12).filter(lambda name: name.lower() not in TAKEN)
values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.strip)
paths = st.text("abcXYZ019-._~!$&'()*+,;=:@", min_size=1, max_size=10)
queries = st.one_of(st.none(), st.text("abc019=&+-._~%", max_size=12).filter(lambda q: "%" not in q))
bodies = st.binary(max_size=60)


@st.composite
def requests(draw):
    """(bytes of a valid request, what it says)"""
    method = draw(st.sampled_from(("GET", "PUT", "POST", "DELETE", "PATCH")))
    target = "/" + draw(paths)
    query = draw(queries)
    if query is not None:
        target += "?" + query
    headers = [("Host", draw(st.sampled_from(("a", "a.b:80", "[::1]", "A-1"))))]
    headers += draw(st.lists(st.tuples(names, values), max_size=5))
    body = draw(st.one_of(st.none(), bodies))
    if method[0] == "P" and body is None:
        body = b""
    raw_body = b""
    if body is not None:
        if draw(st.booleans()):
            headers.append(("Content-Length", str(len(body))))
            raw_body = body
        else:
            headers.append(("Transfer-Encoding", "chunked"))
            at = 0
            for size in draw(st.lists(st.integers(1, 20), max_size=5)) + [60]:
                piece = body[at : at + size]
                at += size
                if piece:
                    raw_body += b"%x\r\n%s\r\n" % (len(piece), piece)
            raw_body += b"0\r\n\r\n"
    draw(st.randoms()).shuffle(headers)
    lines = ["{} {} HTTP/1.1".format(method, target)] + ["{}: {}".format(*header) for header in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + raw_body, method, target, headers, body or b""


def cut(raw, places):
    """`raw` in pieces, cut at `places` (fractions)."""
    places = sorted({int(place * len(raw)) for place in places})
    return [raw[a:b] for a, b in zip([0] + places, places + [len(raw)])]


@settings(deadline=None, max_examples=150)
@given(st.lists(requests(), min_size=1, max_size=4), st.lists(st.floats(0, 1), max_size=12))
def test_valid_requests_give_the_same_answers_however_they_are_cut_and_joined(sent, places):
    whole = b"".join([answers([one[0]]) for one in sent])
    raw = b"".join([one[0] for one in sent])
    assert whole.count(b"HTTP/1.1 200 OK") == len(sent)
    assert answers([raw]) == whole
    assert answers(cut(raw, places)) == whole
    assert answers([raw[at : at + 1] for at in range(len(raw))]) == whole


@settings(deadline=None, max_examples=150)
@given(requests())
def test_a_handler_sees_what_was_sent(sent):
    raw, method, target, headers, body = sent
    got = json.loads(answers([raw]).split(b"\r\n\r\n", 1)[1])
    assert got["method"] == method and got["path"] == target.partition("?")[0] and got["body"] == body.hex()
    want = {}
    for name, value in headers:
        name = name.lower()
        joint = "; " if name == "cookie" else ", "
        want[name] = want[name] + joint + value if name in want else value
    assert dict(got["headers"]) == want


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=3000), st.lists(st.integers(1, 500), max_size=8), st.lists(st.floats(0, 1), max_size=6)
)
def test_a_streamed_body_arrives_whole(body, sizes, places):
    raw = b"POST /stream/it HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    at = 0
    for size in sizes + [3000]:
        piece = body[at : at + size]
        at += size
        if piece:
            raw += b"%X;x=y\r\n%s\r\n" % (len(piece), piece)
    raw += b"0\r\nA: b\r\n\r\n"
    out = answers(cut(raw, places))
    assert b"".join(out.split(b"\r\n\r\n", 1)[1].split(b"\r\n")[1::2]) == (body.hex() + ".").encode()


@settings(deadline=None, max_examples=1000)
@given(requests(), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3), st.integers(0, 3)), max_size=4))
def test_what_is_accepted_means_the_same_to_others(sent, edits):
    """Two parsers that read one message differently are how requests are smuggled; h11 is the other one."""
    raw = sent[0]
    for place, insert, delete in edits:
        at = int(place * len(raw))
        raw = raw[:at] + insert + raw[at + delete :]
    end = raw.find(b"\r\n\r\n")
    if end < 1:
        return
    request = Request(Connection(Site(), None, False), raw, end + 2)
    try:
        if not request.parse():
            parse(request)
    except HttpError:
        return
    other = h11.Connection(h11.SERVER)
    other.receive_data(raw)
    event = other.next_event()
    assert isinstance(event, h11.Request), event
    assert event.method.decode() == request.method
    assert event.target.endswith(request.url)
    headers = dict(event.headers)
    if request.size < 0:
        assert headers[b"transfer-encoding"] == b"chunked" and b"content-length" not in headers
    else:
        assert b"transfer-encoding" not in headers and int(headers.get(b"content-length", 0)) == request.size


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300), st.lists(st.floats(0, 1), max_size=6))
def test_any_bytes_at_all_end_in_an_answer_or_in_silence(raw, places):
    site = site_with(web())
    failures = []
    site.log = failures.append
    wire = Wire(site)
    out = b"".join([wire(piece) for piece in cut(raw, places) if piece])
    wire(b"", -1)
    assert not out or out.startswith(b"HTTP/1.1 ")
    assert not failures
    wire.close()
