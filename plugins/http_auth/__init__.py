"""Rights on plugins/http: users, groups, sessions, tokens, access rules, the login page."""

__version__ = "1.0.0"


def protect(site, config):
    """Give `site` what `config` asks for; called again with another configuration it replaces the former.

    config: dict with any of
    `sessions` {limit, idle_s, cookie, same_site}, `users` {name: {password, groups}},
    `tokens` {name: {token, groups}}, `access` {path: who} (see Access), `origins` [others that count as own],
    `login` {path, out, hash_ms, attempts, lock_s}. ValueError, TypeError: one of them is wrong.

        protect(server.site, {"users": {"anna": {"password": "secret"}}, "access": {"/": "users"}})
    """
    from .protection import protect

    protect(site, config)


def install(site):
    """Give the requests of a site `request.session`, without users. The servers' modules do this by themselves.

    install(server.site)
    """
    site.session = _session


def needs(*groups):
    """Decorator for one handler: only for users in one of `groups`; without groups for any user.

    @web.get("/pump")
    @needs("admin")
    def pump(request): ...
    """
    from .access import needs

    return needs(*groups)


def _session(request):
    """The first session of a site that is configured for none."""
    site = request.site
    if site.sessions is None:
        from .sessions import Sessions

        site.sessions = sessions = Sessions()
        site.filters.append(sessions)
    site.session = site.sessions.of
    return site.session(request)
