"""Sets up sessions, users and access rules of a site from its configuration."""

RARE = True  # at start


def protect(site, config):
    """Give `site` what `config` asks for; see plugins.http_auth.protect."""
    users = config.get("users")
    tokens = config.get("tokens")
    access = config.get("access")
    if config.get("origins"):
        site.origins = [origin.lower() for origin in config["origins"]]
    login = dict(config.get("login") or {})
    path = login.pop("path", "/login")
    out = login.pop("out", "/logout")
    site.login = path if users else None
    if users or config.get("sessions"):
        from .sessions import Sessions

        old = site.sessions
        site.sessions = sessions = _made(Sessions, "sessions", **(config.get("sessions") or {}))
        if old is not None:
            sessions.take_over(old)  # who is logged in stays so
        _replace(site, old, sessions)
        site.session = sessions.of
    if users or tokens:
        from .users import Users, user_of

        site.users = _made(Users, "login", users, tokens, **login)
        site.user = user_of
    if users:
        from .login import Login

        site.mount("login", Login(path, out).router)
    if access:
        from .access import Access

        old = [each for each in site.filters if isinstance(each, Access)]
        _replace(site, old[0] if old else None, Access(access, site.login))


def _made(kind, key, *args, **words):
    try:
        return kind(*args, **words)
    except TypeError as error:
        raise ValueError("%s: %s" % (key, error))


def _replace(site, old, filter):
    """Put a filter in the place of another, or at the end."""
    if old in site.filters:
        site.filters[site.filters.index(old)] = filter
    else:
        site.filters.append(filter)
