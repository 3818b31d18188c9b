"""The section `http` of config.json, which holds for whichever server runs, and what modules add to a server.

Users and access rules are set up where they are asked for, and nothing is served where that is not possible.
"""

from os import stat

from modcore.lazy import load
from modcore.ticks import const
from plugins.http import Site

from . import DeviceApi, WebServer

RARE = True  # at start


def defaults():
    """The keys of the section `http`, each with its default; plugin.json says what each means."""
    return {
        "host": "",
        "port": 0,
        "root": "",
        "index": "index.html",
        "api": True,
        "certificate": "",
        "key": "",
        "limits": {},
        "pages": {},
        "hosts": [],
        "origins": [],
        "server": "",
        "sessions": {},
        "users": {},
        "tokens": {},
        "access": {},
        "login": {},
    }


def open_site(module):
    """Give a server's module the `site` that the configuration asks for; return the TLS context, or None.

    ValueError: the configuration is wrong, and what would be right.
    """
    kernel = module.kernel
    try:
        config = module.settings("http", defaults())
        module.added = {}  # topic -> what a module has added there: filters, the statuses of pages
        module.site, tls = _open(module, kernel, config)
        return tls
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        if getattr(error, "lasting", False):
            raise
        from modcore.supervision import ConfigError

        raise ConfigError("http: %s" % error)


def _open(module, kernel, config):
    site = Site(module.log.error, **config["limits"])
    site.relieve = kernel.relieve
    for key in ("host", "port"):  # where they stand here, swapping the server is one word
        if config[key]:
            module.config[key] = config[key]
    port = module.config["port"]
    if not isinstance(port, int) or not 0 <= port < 65536:
        raise ValueError("port takes 0 to 65535, not %r" % port)
    for other in kernel.modules.values():
        if other is not module and isinstance(other, WebServer):
            if other.server and other.server.port == port:
                raise ValueError("port %d has %s already; leave one of them out" % (port, other.id))
    site.load = load
    site.json_reader = "modcore.json_strict"
    if config["server"]:
        site.server = config["server"]
        if min(site.server) < " ":
            raise ValueError("server takes one line")
    module.hosts = [name.lower() for name in config["hosts"] + [module.config["host"]]]
    site.hosts = module.names
    site.origins = [origin.lower() for origin in config["origins"]]
    for status, path in config["pages"].items():
        if not status.isdigit() or not isinstance(path, str):
            raise ValueError('pages: takes {"404": "lost.html"}, not %r: %r' % (status, path))
        from .page import Page

        site.pages[int(status)] = Page(path).read
    if config["api"]:
        site.contents.append(DeviceApi(kernel, module))
    if config["root"]:
        _files(site, module, config)
    guard(module, site, config)
    if not config["certificate"]:
        return site, None
    from plugins.http.listener import server_context

    return site, server_context(config["certificate"], config["key"])


def _files(site, module, config):
    try:
        files = load("plugins.http_files")
    except ImportError:
        module.log.error("http: root %r takes the plugin http_files, which is not there" % config["root"])
        return
    site.contents.append(files.Static(config["root"], index=config["index"]))
    try:
        stat(config["root"])
    except OSError:
        module.log.warning("http: root %r is not there" % config["root"])


_PURGE_MS = const(3600000)
# What says who may do what: a section with one of these that nobody reads must not open the device.
_GUARDS = const(("users", "tokens", "access"))


def guard(module, site, config):
    """Set up users and access rules; without them, where they are asked for, nothing is served.

    module: the server's. config: the section `http`.
    """
    wanted = [key for key in _GUARDS + ("sessions",) if config[key]]
    if wanted:
        try:
            auth = load("plugins.http_auth")
        except ImportError:
            shut(module, site, "http.%s takes the plugin http_auth, which is not there" % wanted[0])
        else:
            auth.protect(site, config)
            if site.sessions:
                purge_sessions(site, module)
    kernel = module.kernel
    if kernel.secrets_broken:
        shut(module, site, "a file can't be read, and with it who may do what")
    secret = kernel.secrets.get("http", {})
    for key in _GUARDS:
        if key in secret and secret[key] is None:
            shut(module, site, "http.%s in secrets.json is null" % key)
    for section in set(kernel.config) | set(kernel.secrets):
        if section.startswith("http_"):
            misplaced(module, section, site)


def purge_sessions(site, module):
    """Forget expired sessions once an hour, and with the event `<module>/purge`."""
    sessions = site.sessions
    module.every(_PURGE_MS, sessions.purge)
    module.listen(module.id + "/purge", sessions.on_purge)


def misplaced(module, section, site=None):
    """Shut the site when a section that nobody reads says who may do what."""
    kernel = module.kernel
    for sections in (kernel.config, kernel.secrets):
        content = sections.get(section)
        for key in _GUARDS:
            if isinstance(content, dict) and content.get(key):
                reason = "%s.%s is read by nobody; it belongs in the section http" % (section, key)
                shut(module, site or module.site, reason)


def shut(module, site, reason):
    """Serve nothing from now on, and say why in the log."""
    if not site.shut:
        site.shut = reason
        module.log.error("http: every request is answered 503: " + reason)


_TAKES = {"filters": "a list of objects with before or after", "pages": "an object of status and page"}


def _fits(kind, value):
    if kind == "pages":
        return isinstance(value, dict)
    return isinstance(value, (list, tuple)) and all(
        [hasattr(one, "before") or hasattr(one, "after") for one in value]
    )


def change(server, topic, value):
    """Put what a module adds in the place of what it had there; None: take it away.

    Of the topic `$unread` the value is a list of sections of the configuration that no module has read.
    """
    site = server.site
    if topic == "$unread":
        for section in value or ():
            misplaced(server, section)
        return
    kind = topic.split("/")[1]
    if kind == "routes":
        from plugins.http.routes import mount

        try:
            mount(site, topic, value)
        except TypeError as error:
            server.log.error(error)
        return
    if kind not in ("filters", "pages"):
        return
    for old in server.added.pop(topic, ()):
        if kind == "filters":
            site.filters.remove(old)
        else:
            site.pages.pop(old, None)
    if value and not _fits(kind, value):
        server.log.error("%s: takes %s, not %r" % (topic, _TAKES[kind], value))
    elif value:
        server.added[topic] = list(value)  # of pages the statuses
        if kind == "filters":
            site.filters.extend(value)
        else:
            site.pages.update(value)


def names(server):
    """A list of the names in lower case: the device's own, that of the network, with `.local`, and configured ones."""
    kernel = server.kernel
    found = [kernel.name]
    try:
        from network import hostname

        found.append(hostname())
    except ImportError:
        import socket

        if hasattr(socket, "gethostname"):
            found.append(socket.gethostname())
    wlan = kernel.modules.get("wlan")
    if wlan:
        found.append(getattr(wlan, "hostname", None))
    found = [name.lower() for name in found if name]
    return found + [name + ".local" for name in found] + list(server.hosts)
