"""The whole grammar of request heads: RFC 9112 sections 2 to 6, RFC 9110 sections 5 and 7.

What is malformed, ambiguous or too large raises HttpError and never reaches a handler.
"""

from .request import HttpError
from .room import SMALL, leave

RARE = True  # only requests that are not plain, see Request.parse

_ALNUM = b"eatoinsrhldcumpfgwybvkxjqzETAOINSRHLDCUMPFGWYBVKXJQZ0123456789"
# lstrip() with these checks a text in one call: what is left begins with a character that is not in them.
TOKEN = b"-" + _ALNUM + b"_!#$%&'*+.^`|~"
# With what clients send as it is, though a URL should have it escaped.
_TARGET = b"/" + _ALNUM + b"-._~%!$&'()*+,;=:@?[]{}|^`\\\"<>"
_HOST = _ALNUM + b".:-[]_~%!$&'()*+;="


def check(data, site):
    """Refuse early what can't become a head any more; data: all bytes so far, not empty, without their end.

    Returns them without empty lines before the request (RFC 9112 section 2.2), of which it takes two.
    """
    for _ in range(2):
        if data[:2] == b"\r\n":
            data = data[2:]
    if not data or data == b"\r" or data[0] > 32 and data.find(b"\r\n\r\n") > 0:  # the whole head is there
        return data
    end = data.find(b"\r\n")
    if end > site.line_bytes or end < 0 and len(data) > site.line_bytes + 1:
        raise HttpError(414 if b" " in data[:32] else 400, "request line too long")
    if len(data) > site.head_bytes + 1:
        raise HttpError(431, "head too large")
    # Whole lines end in CRLF, and no method begins with a control character (as TLS on this port does).
    if data.count(b"\n") != data.count(b"\r\n") or data[0] < 33:
        raise HttpError(400, "takes an HTTP/1.1 request line")
    if len(data) > SMALL:
        leave()
    return data


def parse(request):
    """Read the head of a Request and set its attributes."""
    site = request.site
    head = request.head
    end = request.end
    request.hold = True
    request.size = 0
    request.host = b""
    request.origin = None
    view = memoryview(head)
    at = head.find(b"\r\n") + 2
    if at > site.line_bytes + 2:
        raise HttpError(414, "request line too long")
    if end > site.head_bytes:
        raise HttpError(431, "head too large")
    if head.find(b"\x7f", 0, end) >= 0:
        raise HttpError(400, "control character")
    absolute = _request_line(request, head[: at - 2])
    hosts = fields = 0
    length = coding = upgrade = None
    while at < end:
        stop = head.find(b"\r\n", at)
        colon = head.find(b":", at, stop)
        if colon <= at:
            raise HttpError(400, "header line without a name")
        name = head[at:colon].lower()
        # The smallest octet shows at once whether a line holds a control character.
        if name.lstrip(TOKEN) or min(view[at:stop]) < 32 and not _only_tabs(view[at:stop]):
            raise HttpError(400, "invalid character in a header")
        fields += 1
        value = head[colon + 1 : stop].strip()
        at = stop + 2
        if name == b"host":
            hosts += 1
            _host(value)
            if not absolute:  # else that is who is asked: RFC 9112 section 3.2.2
                request.host = value
        elif name == b"content-length":
            if length is not None:
                raise HttpError(400, "more than one Content-Length")
            length = value
        elif name == b"transfer-encoding":
            coding = value.lower() if coding is None else b","
        elif name == b"connection":
            _connection(request, value.lower())
        elif name == b"expect":
            if value.lower() != b"100-continue":
                raise HttpError(417, "takes Expect: 100-continue")
            request.expects = request.minor > 0
        elif name == b"origin":
            request.origin = value if request.origin is None else request.origin + b", " + value
        elif name == b"upgrade":
            upgrade = value.lower() if upgrade is None else upgrade + b"," + value.lower()
    if fields > site.headers:
        raise HttpError(431, "more than %d headers" % site.headers)
    if hosts > 1 or not hosts and request.minor:
        raise HttpError(400, "takes exactly one Host")
    if length is not None or coding is not None:
        _framing(request, length, coding)
    if request.upgrades:  # to what this site does not have is passed over: it stays the request that it is
        wanted = _tokens(upgrade or b"")
        request.upgrades = any([protocol in wanted for protocol in site.protocols])


def _request_line(request, line):
    """Read the request line; returns whether the target is an absolute URL, which then says who is asked."""
    parts = line.split(b" ")
    if len(parts) != 3 or min(line) < 32:
        raise HttpError(400, "request line: takes METHOD target HTTP/1.1")
    method, target, version = parts
    request.minor = 1
    if version != b"HTTP/1.1":
        digits = version[5:6] + version[7:]
        if len(version) != 8 or version[:5] != b"HTTP/" or version[6:7] != b"." or not digits.isdigit():
            raise HttpError(400, "request line: takes HTTP/1.1 at its end")
        if version[5:6] != b"1":
            raise HttpError(505, "takes HTTP/1.1 and HTTP/1.0")
        if version == b"HTTP/1.0":
            request.minor = 0
            request.hold = False
    if not method or method.lstrip(TOKEN):
        raise HttpError(400, "method: invalid character")
    request.method = str(method, "utf-8")
    if not target or target.lstrip(_TARGET):
        raise HttpError(400, "target: invalid character")
    absolute = target[:1] != b"/"
    if absolute:
        target = _other_form(request, target)
        absolute = bool(request.host)
    request.url = target
    target = target.split(b"?")[0]
    if b"%" in target:
        from .decoding import unquote

        request.path = unquote(target)
        if min(request.path) < " " or "\x7f" in request.path:
            raise HttpError(400, "path: control character")
    else:
        request.path = str(target, "utf-8")
    if "\\" in request.path:
        raise HttpError(400, "path: backslash")
    while "//" in request.path:
        request.path = request.path.replace("//", "/")
    return absolute


def _other_form(request, target):
    """The path of an absolute-form, or "*" for OPTIONS: RFC 9112 sections 3.2.2 and 3.2.4."""
    if target == b"*":
        if request.method != "OPTIONS":
            raise HttpError(400, "target: * is for OPTIONS only")
        return target
    scheme = target[:8].lower()
    start = 7 if scheme[:7] == b"http://" else 8 if scheme == b"https://" else 0
    if not start:
        raise HttpError(400, "target: takes a path or an http URL")
    stop = len(target)
    for mark in (b"/", b"?"):
        found = target.find(mark, start)
        if 0 <= found < stop:
            stop = found
    request.host = target[start:stop]
    if not request.host:
        raise HttpError(400, "target: no host")
    _host(request.host)
    target = target[stop:]
    if not target and request.method == "OPTIONS":
        return b"*"  # RFC 9112 section 3.2.4
    return target if target[:1] == b"/" else b"/" + target


def _host(value):
    if value.lstrip(_HOST):
        raise HttpError(400, "Host: invalid character")
    if value[:1] == b"[":
        name, bracket, port = value.partition(b"]")
        right = bracket and len(name) > 1 and (not port or port[:1] == b":")
        port = port[1:]
    else:
        name, colon, port = value.partition(b":")
        right = name or not colon
    if not right or b"[" in name[1:] or b"]" in name or port and not port.isdigit():
        raise HttpError(400, "Host: takes name or name:port")


def _connection(request, value):
    for option in _tokens(value):
        if option == b"close":
            request.hold = False
            request.closes = True
        elif option == b"keep-alive" and not request.closes:
            request.hold = True
        elif option == b"upgrade":
            request.upgrades = True


def _tokens(value):
    """The elements of a list in a header."""
    return [item.strip() for item in value.split(b",")]


def _framing(request, length, coding):
    if coding is not None:
        if length is not None:
            raise HttpError(400, "takes Content-Length or Transfer-Encoding, not both")
        if not request.minor:
            raise HttpError(400, "HTTP/1.0 has no Transfer-Encoding")
        if coding != b"chunked":
            codings = coding.replace(b" ", b"").replace(b"\t", b"").split(b",")
            if b"" in codings or b"chunked" in codings[:-1]:
                raise HttpError(400, "Transfer-Encoding: takes chunked, once")
            raise HttpError(501, "Transfer-Encoding: takes chunked")
        request.size = -1
        return
    if not length.isdigit():
        raise HttpError(400, "Content-Length: takes digits")
    if len(length.lstrip(b"0")) > 15:
        raise HttpError(413, "body too large")
    request.size = int(length)


def _only_tabs(line):
    for octet in line:
        if octet < 32 and octet != 9:
            return False
    return True
