"""Ids of sessions and their cookies: given, sent, taken back, and proof that a write is meant."""

import os
from binascii import hexlify

RARE = True  # while a session begins or ends, and at each write of one


def add(store, session):
    """Keep `session` under a new id; False: all places are taken by who is logged in, and it is a guest's."""
    store.purge()
    if len(store._by_id) >= store.limit:
        oldest = None
        for other in store._by_id.values():
            if oldest is None or _goes_before(other, oldest):
                oldest = other
        if oldest.user is not None and session.user is None:
            return False
        del store._by_id[oldest.id]
        oldest.id = None
    store._count += 1
    session.number = store._count
    session.id = new_id()
    session.seen_s = store.now_s()
    store._by_id[session.id] = session
    return True


def send(store, request, response, value, max_age):
    """Send the cookie; max_age: 0 takes it back."""
    response.set_cookie(
        store.cookie, value, max_age=max_age, same_site=store.same_site, secure=request.secure
    )
    if "cache-control" not in [name.lower() for name, _ in response.headers]:
        response.add("Cache-Control", "no-store")


def new_id():
    """128 random bits in hexadecimal."""
    return str(hexlify(os.urandom(16)), "ascii")


def meant(request, session):
    """Tell whether a request that carries `session` is of the same origin, or has the session's token.

    The token stands in a header `X-CSRF-Token` or in a form field `csrf_token`.
    """
    from plugins.http.origin import same_origin

    if same_origin(request):
        return True
    token = request.header("x-csrf-token")
    if token is None and "x-www-form-urlencoded" in request.header("content-type", "").lower():
        if 0 <= request.size <= request.site.body_bytes:
            token = request.form.get("csrf_token")
    return token is not None and session.owns(token)


def _goes_before(session, other):
    """Tell whether a session makes room before another: guests' first, then the one that is idle for longest."""
    if (session.user is None) != (other.user is None):
        return session.user is None
    if session.seen_s != other.seen_s:
        return session.seen_s < other.seen_s
    return session.number < other.number
