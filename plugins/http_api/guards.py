"""Users and access rules: set up where they are asked for, and nothing served where that is not possible."""

from modcore.lazy import load
from modcore.ticks import const

RARE = True  # at start

_PURGE_MS = const(3600000)
# What says who may do what: a section with one of these that nobody reads must not open the device.
_GUARDS = ("users", "tokens", "access")


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
        shut(module, site, "secrets.json can't be read, and with it who may do what")
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
