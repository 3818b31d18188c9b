"""Ports: where a configuration has its web server listen."""

SERVERS = ("http_async", "http_windup")


def web_port(config):
    """The port (int) of the web server in a configuration (dict), or None without one."""
    plugins = config.get("plugins", ())
    for name in SERVERS:
        if name in plugins:
            # The section `http` holds for whichever server runs, and counts.
            for section in ("http", name):
                found = config.get(section)
                port = found.get("port") if isinstance(found, dict) else None
                if isinstance(port, int) and 0 < port < 65536:
                    return port
            return 80
    return None


def scheme(config):
    """Tell whether that server speaks "https" or "http"."""
    for section in ("http", *SERVERS):
        found = config.get(section)
        if isinstance(found, dict) and found.get("certificate"):
            return "https"
    return "http"
