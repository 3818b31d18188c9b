"""Logins: passwords checked, failures counted, names locked."""

from plugins.http import HttpError

RARE = True  # while somebody logs in

_LOCK_MOST_S = 3600
_FORGET_S = 900  # failures that are older count no longer
_STRANGERS = 16  # names that do not exist, whose failures are remembered all the same
_PLACES = 16  # (name, address) of logins that are remembered
_WAIT_MS = 20  # until the next look whether another login is over


def verify(users, name, password, address=None):
    """A generator that returns the User, or None; see Users.verify."""
    from .password import check_password, pbkdf2

    while users._busy:  # one at a time: a crowd of logins shall not take the whole processor
        yield _WAIT_MS
    users._busy = True
    try:
        place = (name, address)
        counted = place if place in users._known else name
        _check_lock(users, counted)
        yield from _prepare(users)
        _count(users, counted)  # beforehand: it counts as well when the client does not wait for the answer
        entry = users._users.get(name)
        kept = entry[0] if entry else "pbkdf2-sha256:%d:00:00" % users._rounds
        right = yield from check_password(password, kept)
        less = users._rounds - int(kept.split(":")[1])
        if less > 0:
            yield from pbkdf2(b"", b"", less)
        if entry is None or not right:
            return None
        users._failures.pop(counted, None)
        if counted is name and address:
            users._known = users._known[1 - _PLACES :] + [place]
        return entry[1]
    finally:
        users._busy = False


def _prepare(users):
    """Hash what stands in clear text, and find the number of rounds that all logins take."""
    if users._rounds:
        return
    from .password import hash_password, is_hash, rounds_for

    rounds = None
    most = 1
    for entry in users._users.values():
        if not is_hash(entry[0]):
            rounds = rounds or rounds_for(users.hash_ms)
            entry[0] = yield from hash_password(entry[0], rounds)
        most = max(most, int(entry[0].split(":")[1]))
    users._rounds = most


def _check_lock(users, name):
    failed = users._failures.get(name)
    if failed:
        left_s = failed[1] - users._now_s()
        if left_s > 0:
            raise HttpError(429, "too many attempts", [("Retry-After", str(left_s))])


def _count(users, name):
    now = users._now_s()
    failed = users._failures.get(name)
    if failed is None or now - failed[1] > _FORGET_S:
        failed = users._failures[name] = [0, now]
    failed[0] += 1
    over = failed[0] - users.attempts
    failed[1] = now + (min(_LOCK_MOST_S, users.lock_s << min(over, 12)) if over >= 0 else 0)
    strangers = [n for n in users._failures if n not in users._users and n not in users._known]
    if len(strangers) > _STRANGERS:
        del users._failures[min(strangers, key=lambda n: users._failures[n][1])]
