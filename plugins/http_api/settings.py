"""Reads the section `http` of config.json, which holds for whichever server runs."""

from modcore.lazy import load
from plugins.http import Site

from . import web_server
from .api import DeviceApi
from .guards import guard

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
    """(Site, TLS context or None) of what the configuration of a server's module asks for.

    TypeError, ValueError: the configuration is wrong, and what would be right.
    """
    config = module.settings("http", defaults())
    kernel = module.kernel
    site = Site(module.log.error, **config["limits"])
    site.relieve = kernel.relieve
    for key in ("host", "port"):  # where they stand here, swapping the server is one word
        if config[key]:
            module.config[key] = config[key]
    site.loads = web_server.read_json
    site.plugin = web_server.optional
    site.server = config["server"]
    module.hosts = [name.lower() for name in config["hosts"] + [module.config["host"]]]
    site.hosts = module.names
    site.origins = [origin.lower() for origin in config["origins"]]
    for status, path in config["pages"].items():
        from .page import Page

        site.pages[int(status)] = Page(path).read
    if config["api"]:
        site.contents.append(DeviceApi(kernel, module))
    if config["root"]:
        _files(site, module, config)
    guard(module, site, config)
    if not config["certificate"]:
        return site, None
    from plugins.http.tls import server_context

    return site, server_context(config["certificate"], config["key"])


def _files(site, module, config):
    try:
        files = load("plugins.http_files")
    except ImportError:
        module.log.error("http: root %r takes the plugin http_files, which is not there" % config["root"])
        return
    site.contents.append(files.Static(config["root"], index=config["index"]))
