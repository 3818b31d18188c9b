"""Crowds, when all connections are taken: who makes room, and what the others are told."""

from .connection import Connection
from .ticks import ticks_diff, ticks_ms

RARE = True  # only when it is crowded

_PATIENCE = 4  # connections past the limit that are told 503; more are just closed


def accept(site, peer, secure):
    """A Connection in place of an idle one, or one that answers 503, or None: just close it.

    One address has `peer_connections` at most, so that it can't keep all others away.
    """
    conns = site.open_connections
    if not _has_room(site, conns):
        return None
    own = None
    if peer and site.peer_connections < site.connections:
        here = address(peer)
        own = [conn for conn in conns if conn.addr and address(conn.addr) == here]
        if len(own) < site.peer_connections:
            own = None
    if own is None and len(conns) < site.connections:
        conn = Connection(site, peer, secure)
    else:
        oldest = _idle(site, conns if own is None else own)
        if oldest is None and len(conns) >= site.connections + _PATIENCE:
            return None
        if oldest is None and own and len(own) >= site.peer_connections + _PATIENCE:
            return None
        conn = Connection(site, peer, secure)
        site.crowded = True
        if oldest is None:
            conn.idle = False
            conn.steps = _refusal(conn)
        else:
            oldest.end()
    conns.append(conn)
    return conn


def _has_room(site, conns):
    """Tell whether there is memory for one more, which an idle connection gives back where there is not."""
    from .room import leave

    try:
        leave()
        return True
    except MemoryError:
        site.relieve()
    try:
        leave()
    except MemoryError:
        site.crowded = True
        oldest = _idle(site, conns)
        if oldest is None:
            return False
        oldest.end()
    return True


def address(peer):
    """The address of a client without its port; None: not known."""
    if not peer:
        return None
    if isinstance(peer, (bytes, bytearray)):  # MicroPython on a PC: struct sockaddr_in
        return bytes(peer[4:8])
    return peer[0]


def _idle(site, conns):
    """The connection that is idle for longest, or None."""
    oldest = None
    # Who has said nothing for a moment only may be about to.
    left_ms = site.idle_ms - site.spare_ms
    for conn in conns:
        if conn.idle and conn.due and conn.due is not True:
            ms = ticks_diff(conn.due, ticks_ms())
            if ms <= left_ms:
                left_ms = ms
                oldest = conn
    return oldest


def busy(site):
    """The whole answer of a server that has no room: RFC 9110 section 15.6.4."""
    return (
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: %d\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        % site.retry_s
    )


def _refusal(conn):
    from .reply import linger

    conn.wait(conn.site.write_ms)
    yield busy(conn.site)
    yield from linger(conn)
