"""Users with passwords and groups, and tokens of machines: who a request comes from."""

from .bearer import bearer
from .seconds import Seconds


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
            self.set(name, *_parts("users", name, entry, "password"))
        for name, entry in (tokens or {}).items():
            token, groups = _parts("tokens", name, entry, "token")
            self._tokens.append((_digest(token), User(name, tuple(groups))))
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
        from .logins import verify

        return verify(self, name, password, address)

    def token(self, text):
        """The User a bearer token stands for, or None."""
        from .password import same

        digest = _digest(text, True)
        found = None
        for want, user in self._tokens:
            if same(want, digest):
                found = user
        return found


def _parts(section, name, entry, key):
    """The secret of a user or token, and its groups.

    ValueError: it has none, which must not mean an empty one. What is there is not shown: it may be a password where
    an object belongs.
    """
    if isinstance(entry, dict) and isinstance(entry.get(key), str) and entry[key]:
        groups = entry.get("groups", ())
        if isinstance(groups, (list, tuple)):
            return entry[key], groups
    raise ValueError('%s: %s takes {"%s": "…", "groups": ["admin"]}' % (section, name, key))


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
