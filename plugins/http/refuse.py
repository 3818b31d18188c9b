"""A word to clients that are not served; in a small file, since it may be wanted for lack of memory."""

_SHORT = b"HTTP/1.1 503 \r\nRetry-After: 2\r\nConnection: close\r\n\r\n"


def refuse(server, sock, conn):
    """Tell a client for which there is no room so, as far as that goes in a word, and hang up."""
    site = server.site
    if conn in site.open_connections:
        site.open_connections.remove(conn)
    try:
        word = site.busy()
    except MemoryError:
        word = _SHORT
    try:
        if not server.tls:
            sock.send(word)
            sock.recv(999)  # closing with something unread would take it back
    except (OSError, MemoryError):
        pass
    sock.close()
