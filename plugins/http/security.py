"""Sets up sessions, users and access rules of a site from its configuration."""

_PURGE_MS = 3600000


def protect(site, config, module=None):
    """Give `site` what `config` asks for; called again with another configuration it replaces the former.

    config: dict with any of
    `sessions` {limit, idle_s, cookie, same_site}, `users` {name: {password, groups}},
    `tokens` {name: {token, groups}}, `access` {path: who} (see Access), `origins` [others that count as own],
    `login` {path, out, hash_ms, attempts, lock_s}. module: the running one that purges sessions, once an hour
    and with the event `<module>/purge`. ValueError, TypeError: one of them is wrong.

        protect(site, {"users": {"anna": {"password": "secret"}}, "access": {"/": "users"}})
    """
    users = config.get("users")
    tokens = config.get("tokens")
    access = config.get("access")
    login = dict(config.get("login") or {})
    path = login.pop("path", "/login")
    out = login.pop("out", "/logout")
    site.login = path if users else None
    if users or config.get("sessions"):
        from .sessions import Sessions

        sessions = Sessions(origins=config.get("origins") or (), **(config.get("sessions") or {}))
        _replace(site, "sessions", sessions)
        if module:
            module.every(_PURGE_MS, sessions.purge)
            module.listen(module.id + "/purge", lambda topic, value: sessions.purge())
    if users or tokens:
        from .users import Users

        site.users = Users(users, tokens, **login)
    if users:
        from .login import Login

        site.mount("login", Login(path, out, config.get("origins") or ()).router)
    if access:
        from .access import Access

        _replace(site, "access", Access(access, site.login))


def _replace(site, name, filter):
    old = getattr(site, name, None)
    if old in site.filters:
        site.filters[site.filters.index(old)] = filter
    else:
        site.filters.append(filter)
    setattr(site, name, filter)
