"""Sessions: what the server remembers of a browser, found by a random id in a cookie."""

from plugins.http import HttpError, writes

from .bearer import bearer
from .seconds import Seconds


class Session(dict):
    """One browser's data, to be used as a dict; `request.session`. It is kept from the first value on.

    user: the name of who is logged in, or None. id: None until it is kept.

        request.session["count"] = request.session.get("count", 0) + 1
    """

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.id = None
        self.user = None
        self.seen_s = 0
        self.number = 0  # in the order in which they were made
        self.sent = False  # the browser has the cookie with this id
        self._token = None

    def renew(self):
        """Give the session another id, so that one which somebody else planted is worth nothing."""
        self.store.remove(self)
        self.sent = False
        self.store.add(self)

    def end(self):
        """Forget the session and all that is in it; the cookie is taken back with the response."""
        self.store.remove(self)
        self.clear()
        self.user = None
        self.sent = True

    def token(self):
        """The token that a form may carry in a field `csrf_token`, instead of a same-origin `Origin`."""
        if self._token is None:
            from .cookies import new_id

            self._token = new_id()
            if self.id is None:
                self.store.add(self)
        return self._token

    def owns(self, token):
        """Tell whether `token` (str) is this session's."""
        from .password import same

        return self._token is not None and same(self._token.encode(), token.encode())


class Sessions:
    """The sessions of one site, in memory; a filter that sends the cookie.

    limit: how many are kept; the one that was idle for longest goes first, of those without a user if there
    are any. idle_s: how long one lives after its last use. cookie: the cookie's name. same_site: "Lax" or
    "Strict".

        site.filters.append(Sessions(limit=8))
    """

    def __init__(self, limit=16, idle_s=1800, cookie="sid", same_site="Lax"):
        if limit < 1 or idle_s < 1:
            raise ValueError("sessions: limit and idle_s take 1 or more")
        self.limit = limit
        self.idle_s = idle_s
        self.cookie = cookie
        self.same_site = same_site
        self._by_id = {}
        self._count = 0
        self.now_s = Seconds().now

    def __len__(self):
        return len(self._by_id)

    def take_over(self, other):
        """Go on with the sessions of another store, which has served before."""
        self._by_id = other._by_id
        self.now_s = other.now_s
        for session in self._by_id.values():
            session.store = self

    def all(self):
        """A list of the sessions, the one that was used last first."""
        return sorted(self._by_id.values(), key=lambda session: -session.seen_s)

    def purge(self):
        """Forget what has expired; the servers' modules do this once an hour."""
        oldest = self.now_s() - self.idle_s
        for session in list(self._by_id.values()):
            if session.seen_s < oldest:
                del self._by_id[session.id]

    def on_purge(self, topic, value):
        """The event `<server>/purge`."""
        self.purge()

    def of(self, request):
        """The request's session, a new one when it has none; what `request.session` is."""
        session = self.find(request)
        return Session(self) if session is None else session  # an empty one is false, as any dict

    def find(self, request):
        """The session that the request's cookie names, or None; its life begins anew."""
        if not self._by_id or request.header("cookie") is None:
            return None
        session = self._by_id.get(request.cookies.get(self.cookie))
        if session is not None:
            now = self.now_s()
            if now - session.seen_s > self.idle_s:
                del self._by_id[session.id]
                return None
            session.seen_s = now
        return session

    def add(self, session):
        """Keep `session` under a new id; False: all places are taken by who is logged in, and it is a guest's."""
        from .cookies import add

        return add(self, session)

    def remove(self, session):
        """Keep `session` no longer."""
        if session.id is not None:
            self._by_id.pop(session.id, None)
            session.id = None

    def end_user(self, name):
        """End all sessions of a user."""
        for session in list(self._by_id.values()):
            if session.user == name:
                session.end()

    def before(self, request):
        """The filter: refuse a write that carries a session but was made by another site's page."""
        if self._by_id and writes(request) and not bearer(request):
            session = self.find(request)
            if session is not None:
                from .cookies import meant

                if not meant(request, session):
                    raise HttpError(
                        403, "a write with a session takes a same-origin Origin or the session's token"
                    )

    def after(self, request, response):
        """The filter: send the cookie of a session that is new, take that of one that has ended."""
        session = request.__dict__.get("session")  # None: nobody has asked for it
        if session is None:
            return
        if session.id is None and (session or session.user) and not self.add(session):
            return
        if session.id is not None:
            if not session.sent:
                from .cookies import send

                session.sent = True
                send(self, request, response, session.id, None)
        elif session.sent or self.cookie in request.cookies:
            from .cookies import send

            send(self, request, response, "", 0)
