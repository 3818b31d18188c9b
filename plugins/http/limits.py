"""The limits of a site: what a stranger can make a small device do at most."""


class Limits:
    """Limits by name, each a number; `Site(body_bytes=2000)` or, in config.json, `{"http": {"limits": {...}}}`.

    `_bytes` are bytes, `_ms` milliseconds, `_s` seconds, the others count.
    """

    line_bytes = 1024  # request line; longer: 414 (in a chunked body 400)
    head_bytes = 4096  # request line and headers; more: 431
    headers = 48  # header lines; more: 431
    body_bytes = 8192  # a body that is kept in memory; more: 413
    upload_bytes = 1 << 30  # a body that a route with stream=True reads; more: 413
    json_depth = 16  # levels of lists and objects in a body; more: 400
    read_bytes = 1024  # read from a socket at once
    file_bytes = 4096  # read from a file at once; less, down to 512, when memory is short
    requests = 1000  # on one connection, then it is closed
    connections = 16  # at once; more: the one idle for longest goes, or 503
    peer_connections = 14  # of one address at once; more: its own idle one goes, or 503
    head_ms = 5000  # from the first byte to the end of the head; longer: 408
    body_ms = 10000  # for a body, and the patience with a slow streamed one; longer: 408
    byte_ms = 2  # a streamed body that comes at this rate may take as long as it likes
    idle_ms = 20000  # between requests, then the connection is closed
    write_ms = 10000  # for a client to take one piece, then the connection is closed
    linger_ms = 1000  # what a refused client still sends is read and dropped for so long
    spare_ms = 1000  # an idle connection does not make room for another before
    retry_s = 2  # Retry-After of a 503

    def limit(self, **limits):
        """Set limits by name. TypeError: there is none of that name, or it takes no such value.

        site.limit(body_bytes=2000, connections=8)
        """
        from .naming import check

        for name, value in limits.items():
            check(Limits, name, value)
            setattr(self, name, value)
