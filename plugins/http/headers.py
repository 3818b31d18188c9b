"""Looking up a header of a request; all of them as a mapping are in mapping.py."""

RARE = True  # only requests that are looked into


def header(request, name, default=None):
    """The value of a header; see Request.header."""
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
                value = str(value, "utf-8")
            except ValueError:
                value = "".join([chr(c) for c in value])  # ISO 8859-1, as of old
            found = value if found is None else found + ("; " if name == "cookie" else ", ") + value
        at = stop + 2
    return default if found is None else found
