"""Headers: one looked up, and cookies, read and written (RFC 6265). All as a mapping are in mapping.py."""

from .decoding import utf8

RARE = True  # only requests that are looked into


def header(request, name, default=None):
    """The value of a header (lower-case name) as str, or `default`; several lines are joined by a comma.

    Source: RFC 9110 section 5.3.
    """
    if name == "host" and request.host:  # RFC 9112 section 3.2.2
        return str(request.host, "utf-8")
    wanted = name.encode()
    size = len(wanted)
    found = None
    head = request.head
    at = head.find(b"\r\n") + 2
    while at < request.end:
        stop = head.find(b"\r\n", at)
        if head[at + size : at + size + 1] == b":" and head[at : at + size].lower() == wanted:
            value = head[at + size + 1 : stop].strip()
            try:
                value = utf8(value)
            except ValueError:
                value = "".join([chr(c) for c in value])  # ISO 8859-1, as of old
            found = value if found is None else found + ("; " if name == "cookie" else ", ") + value
        at = stop + 2
    return default if found is None else found


_NAME = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def read(header):
    """A dict of a Cookie header; of a repeated name the first."""
    cookies = {}
    for part in header.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        value = value.strip()
        if equals and name and name not in cookies:
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
            cookies[name] = value
    return cookies


def cookie(name, value, path="/", max_age=None, http_only=True, same_site="Lax", secure=False):
    """The value of a Set-Cookie line; ValueError: a character that no cookie may have.

    max_age: seconds; 0 takes the cookie back. same_site: "Strict", "Lax", "None".
    """
    if not name or name.lstrip(_NAME):
        raise ValueError("cookie name %r: takes a token" % name)
    for c in value:
        if not "!" <= c <= "~" or c in '",;\\':
            raise ValueError(
                "cookie %s: takes visible ASCII without quote, comma, semicolon, backslash" % name
            )
    text = name + "=" + value
    if path:
        if ";" in path:
            raise ValueError("cookie path %r" % path)
        text += "; Path=" + path
    if max_age is not None:
        text += "; Max-Age=%d" % max_age
    if http_only:
        text += "; HttpOnly"
    if same_site:
        text += "; SameSite=" + same_site
    if secure:
        text += "; Secure"
    return text
