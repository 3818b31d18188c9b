"""Portal: what a web server shows while the access point is open: the way to the setup page, and that page.

Where the plugins dashboard and admin run, the dashboard's page Network is the setup page.
"""

from os import urandom

from plugins.http import HttpError, Response, Router, redirect

# What phones and computers ask for to see whether they are in the Internet (Android, Apple, Windows, Firefox,
# GNOME, Kindle). An answer they do not expect makes them open a browser on it.
_PROBES = (
    "/generate_204",
    "/gen_204",
    "/hotspot-detect.html",
    "/library/test/success.html",
    "/ncsi.txt",
    "/connecttest.txt",
    "/redirect",
    "/canonical.html",
    "/success.txt",
    "/check_network_status.txt",
    "/nm-check.txt",
    "/kindle-wifi/wifistub.html",
)
_SETUP = "/setup"
_POST_MS = 1000  # between two attempts to save
_RESTART_MS = 2000  # the answer has to reach the phone first
_MAX_NAME = 32
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
)


class Portal(Router):
    """The routes of the setup page, below /setup; module: the Softap whose access point is open.

    A page under a foreign name could read ours, for every name leads here: so the web server asks `misdirected`
    for all names but the device's own, and they are only sent on. What is saved has to bring back the page's token.
    """

    def __init__(self, module):
        super().__init__("/setup")
        self._module = module
        self._token = "".join(["%02x" % byte for byte in urandom(8)])
        self._last_post = None
        self._done = False
        self.add("", self._show)
        self.add("", self._save, "POST")
        self.add("/scan", self._scan, "POST")
        address = module.config["address"]
        port = _http_port(module.kernel)
        self._origin = "http://%s%s" % (address, ":%d" % port if port != 80 else "")

    def misdirected(self, request):
        """Send a request for a name that is not the device's on to the setup page: every name leads here."""
        return self._lead(request) if self._is_guest(request) else None

    def find(self, request):
        """Lead phones that ask whether this is the Internet, and a new device's guests, to the setup page."""
        if not self._is_guest(request):
            return None
        if request.path in _PROBES:
            return self._lead(request)
        path = self._path()
        if request.path == "/" and not self._module.kernel.bus.get("wlan/known"):
            return redirect(path)  # a new device has nothing else to show
        if path == _SETUP:
            return super().find(request)
        return redirect(path) if request.path == _SETUP and request.method in ("GET", "HEAD") else None

    def methods(self, request):
        """The methods of the setup page, where that is the one."""
        if self._path() != _SETUP:
            return ()
        from plugins.http.routes import methods

        return methods(self, request)

    def _lead(self, request):
        location = self._origin + self._path()
        return Response(b"", 302, (("Location", location), ("Cache-Control", "no-store")))

    def _path(self):
        """Return where a device is set up: on the dashboard, by an administrator, where it has one."""
        modules = self._module.kernel.modules
        for id in ("dashboard", "admin", "wlan"):
            if id not in modules or modules[id].state != "RUNNING":
                return _SETUP
        return "/dashboard/#/network"

    def _is_guest(self, request):
        """Tell whether a request came over the access point: all do, unless the device is in another network too."""
        if not self._module.kernel.bus.get("wlan/connected"):
            return True
        peer = request.peer
        if isinstance(peer, (bytes, bytearray)):  # MicroPython on a PC: struct sockaddr_in
            peer = ("%d.%d.%d.%d" % tuple(peer[4:8]),)
        here = self._module.config["address"].rsplit(".", 1)[0]
        return bool(peer) and peer[0].rsplit(".", 1)[0] in (here, "127.0.0")

    # handlers

    def _show(self, request, status=200, reason=None):
        from .page import setup_page

        kernel = self._module.kernel
        found = kernel.bus.get("wlan/networks") or ()
        page = setup_page(kernel.name, found, reason or kernel.bus.get("wlan/error"), self._token)
        return Response(page, status, _HEADERS)

    def _scan(self, request):
        self._check(request)
        self._module.fire("$wlan/scan", True)
        return Response(b"", 303, (("Location", "/setup"),))

    def _save(self, request):
        from plugins.wlan.networks import host_name

        from .page import done_page

        form = self._check(request)
        if self._done:
            return self._show(request, 409, "It restarts already.")
        kernel = self._module.kernel
        name = form.get("name", "").strip()
        ssid = form.get("ssid") or form.get("other", "").strip()
        if not 1 <= len(name) <= _MAX_NAME or not _is_word(name):
            return self._show(request, 400, "The name takes 1 to %d characters, without / + #." % _MAX_NAME)
        reason = self._keep(kernel, name, ssid, form)
        if reason:
            return self._show(request, 400, reason)
        self._done = True
        self._module.log.info("set up for %s; restarting" % ssid)
        self._module.after(_RESTART_MS, self._restart)
        wlan = kernel.config.get("wlan", {})
        host = host_name(wlan.get("hostname") or name)
        return Response(done_page(name, ssid, host), 200, _HEADERS)

    def _keep(self, kernel, name, ssid, form):
        """Save it all; why that is not possible, or None."""
        from plugins.wlan.credentials import add

        old = kernel.config.get("name")
        kernel.config["name"] = name
        try:
            network = {"ssid": ssid, "password": form.get("password", ""), "hidden": not form.get("ssid")}
            add(kernel, "wlan", network)
        except ValueError as error:
            reason = "The network's %s." % error
        except OSError as error:
            reason = "This can't be saved: %s." % error
        else:
            return None
        if old is None:
            del kernel.config["name"]
        else:
            kernel.config["name"] = old
        return reason

    def _check(self, request):
        """The form of a request that may change something. HttpError: it may not."""
        form = request.form
        if (
            form.get("token") != self._token
        ):  # before the limit: who has no token must not use up the owner's turn
            raise HttpError(403, "this form is too old: open /setup again")
        now = self._module.kernel.uptime_ms()
        if self._last_post is not None and now - self._last_post < _POST_MS:
            raise HttpError(429, "one at a time", [("Retry-After", "1")])
        self._last_post = now
        return form

    def _restart(self):
        try:
            from machine import reset
        except ImportError:  # a PC
            self._module.kernel.reconfigure("wlan")
            return
        bus = self._module.kernel.bus
        bus.deliver()
        bus.publish("$restart", "setup")  # so that safemode does not take it for a crash
        bus.deliver()
        reset()


def _is_word(name):
    """Tell whether a name can stand in a topic: a broker hangs up on control characters."""
    from modcore.topics import check_word

    try:
        check_word("name", name)
    except ValueError:
        return False
    return True


def _http_port(kernel):
    for id in ("http_async", "http_windup"):
        if id in kernel.modules:
            return kernel.modules[id].config.get("port", 80)
    return 80
