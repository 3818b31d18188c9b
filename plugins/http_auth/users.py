"""Users with passwords and groups, and tokens of machines: who a request comes from."""

from plugins.http import HttpError

from .access import bearer
from .seconds import Seconds

_LOCK_MOST_S = 3600
_FORGET_S = 900  # failures that are older count no longer
_STRANGERS = 16  # names that do not exist, whose failures are remembered all the same
_PLACES = 16  # (name, address) of logins that are remembered
_WAIT_MS = 20  # until the next look whether another login is over


class User:
    """The user who is logged in: `request.user.name`, `request.user.groups`."""

    def __init__(self, name, groups):
        self.name = name
        self.groups = groups

    def is_in(self, groups):
        """Tell whether the user belongs to one of `groups`."""
        for group in groups:
            if group in self.groups:
                return True
        return False


class Users:
    """The users and tokens of a site.

    users: name -> {"password": hash or clear text, "groups": [...]}.
    tokens: name -> {"token": "sha256:…" or clear text, "groups": [...]}.
    hash_ms: what a login may cost this board. attempts: wrong passwords in a row until the name is locked
    for `lock_s` seconds, then for twice as long each time, up to an hour.

        site.users = Users({"anna": {"password": "pbkdf2-sha256:…", "groups": ["admin"]}})
    """

    def __init__(self, users=None, tokens=None, hash_ms=300, attempts=5, lock_s=30):
        self.hash_ms = hash_ms
        self.attempts = attempts
        self.lock_s = lock_s
        self._users = {}  # name -> [hash or clear text, User]
        self._tokens = []  # (digest, User)
        for name, entry in (users or {}).items():
            self.set(name, entry["password"], entry.get("groups", ()))
        for name, entry in (tokens or {}).items():
            self._tokens.append((_digest(entry["token"]), User(name, tuple(entry.get("groups", ())))))
        self._rounds = 0
        self._failures = {}  # name -> [count, locked until, in seconds of _now_s]
        self._known = []  # (name, address) of the last logins
        self._busy = False
        self._now_s = Seconds().now

    def set(self, name, password, groups=()):
        """Add or replace a user; password: a hash of `hash_password`, or clear text."""
        self._users[name] = [password, User(name, tuple(groups))]
        self._rounds = 0

    def remove(self, name):
        """Remove a user; sessions that are open are nobody's from now on."""
        self._users.pop(name, None)

    def get(self, name):
        """The User of that name, or None."""
        entry = self._users.get(name)
        return entry and entry[1]

    def verify(self, name, password, address=None):
        """A generator that returns the User, or None: name or password is wrong, nobody learns which.

        It takes as long for a name that does not exist. HttpError 429: too many failures. address: the client's;
        where the user has logged in from before is not locked by what strangers try from elsewhere.

            user = yield from users.verify("anna", "secret")
        """
        from .password import check_password, pbkdf2

        while self._busy:  # one at a time: a crowd of logins shall not take the whole processor
            yield _WAIT_MS
        self._busy = True
        try:
            place = (name, address)
            counted = place if place in self._known else name
            self._check_lock(counted)
            yield from self._prepare()
            self._count(counted)  # beforehand: it counts as well when the client does not wait for the answer
            entry = self._users.get(name)
            kept = entry[0] if entry else "pbkdf2-sha256:%d:00:00" % self._rounds
            right = yield from check_password(password, kept)
            less = self._rounds - int(kept.split(":")[1])
            if less > 0:
                yield from pbkdf2(b"", b"", less)
            if entry is None or not right:
                return None
            self._failures.pop(counted, None)
            if counted is name and address:
                self._known = self._known[1 - _PLACES :] + [place]
            return entry[1]
        finally:
            self._busy = False

    def token(self, text):
        """The User a bearer token stands for, or None."""
        from .password import same

        digest = _digest(text, True)
        found = None
        for want, user in self._tokens:
            if same(want, digest):
                found = user
        return found

    def _prepare(self):
        """Hash what stands in clear text, and find the number of rounds that all logins take."""
        if self._rounds:
            return
        from .password import hash_password, is_hash, rounds_for

        rounds = None
        most = 1
        for entry in self._users.values():
            if not is_hash(entry[0]):
                rounds = rounds or rounds_for(self.hash_ms)
                entry[0] = yield from hash_password(entry[0], rounds)
            most = max(most, int(entry[0].split(":")[1]))
        self._rounds = most

    # lockout

    def _check_lock(self, name):
        failed = self._failures.get(name)
        if failed:
            left_s = failed[1] - self._now_s()
            if left_s > 0:
                raise HttpError(429, "too many attempts", [("Retry-After", str(left_s))])

    def _count(self, name):
        now = self._now_s()
        failed = self._failures.get(name)
        if failed is None or now - failed[1] > _FORGET_S:
            failed = self._failures[name] = [0, now]
        failed[0] += 1
        over = failed[0] - self.attempts
        failed[1] = now + (min(_LOCK_MOST_S, self.lock_s << min(over, 12)) if over >= 0 else 0)
        strangers = [n for n in self._failures if n not in self._users and n not in self._known]
        if len(strangers) > _STRANGERS:
            del self._failures[min(strangers, key=lambda n: self._failures[n][1])]


def _digest(token, clear=False):
    from binascii import unhexlify
    from hashlib import sha256

    if not clear and token.startswith("sha256:"):
        return unhexlify(token[7:])
    return sha256(token.encode()).digest()


def user_of(request):
    """The User a request comes from: by bearer token or by session; None: nobody. What `request.user` is."""
    users = request.site.users
    if users is None:
        return None
    token = bearer(request)
    if token is not None:
        return users.token(token)
    sessions = request.site.sessions
    session = None if sessions is None else sessions.find(request)
    return None if session is None or session.user is None else users.get(session.user)
