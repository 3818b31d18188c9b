"""What a configuration may ask for beyond host and port: files, users and sessions, TLS."""


def update(site, config):
    """Give `site` what `config` asks for; returns the TLS context, or None. TypeError, ValueError: it is wrong."""
    if config["root"]:
        from .static import Static

        site.contents.append(Static(config["root"], index=config["index"]))
    for key in ("sessions", "users", "tokens", "access"):
        if config[key]:
            from .security import protect

            protect(site, config, site.log)
            break
    if not config["certificate"]:
        return None
    from .tls import server_context

    return server_context(config["certificate"], config["key"])
