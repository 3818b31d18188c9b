"""Dashboard: serves the pages, and tells them what other modules bring."""

from modcore import Module
from modcore.ticks import const

_OURS = const(("history", "admin"))


class Dashboard(Module):
    """The page at `/` where the program has none of its own, else at `/dashboard/`.

    Publishes `dashboard/about`, retained: `{"pages": [...], "ours": [...], "first": id or None}`. A module brings pages
    and cards by an attribute `views`, a list of objects as the key `pages` of a manifest has them.

        class Pump(Module):
            views = [{"id": "pump", "title": "Pump", "icon": "valve", "src": "/pump/page.js"}]
    """

    defaults = {"first": "", "at_root": True}
    _told = None
    _timer = None

    def start(self):
        """Begin to serve, and to watch what modules there are."""
        self.routes = self
        self.listen("$state/+", self._on_state)
        self._tell()

    def stop(self):
        """Forget what was told."""
        self._told = None
        self._timer = None

    def find(self, request):
        """The answer to a request for a page or one of its files, or None: a content of a site."""
        path = request.path
        if path == "/" or path[:10] == "/dashboard" and path[10:11] in ("", "/"):
            from .pages import find

            return find(self, request)
        return None

    def methods(self, request):
        """The methods for a path, as a list: GET where there is a page or a file."""
        from .pages import methods

        return methods(self, request)

    def listing(self):
        """A list of (path, methods), for who shows all routes."""
        return [("/", "GET"), ("/dashboard/…", "GET")]

    def _on_state(self, topic, state):
        # Modules start one after the other; what they bring is told once.
        if not self._timer:
            self._timer = self.after(500, self._tell)

    def _tell(self):
        self._timer = None
        modules = self.kernel.modules
        pages = []
        for id in modules:
            if modules[id].state == "RUNNING":
                for view in getattr(modules[id], "views", None) or ():
                    pages.append(dict(view, id=view.get("id", id), module=id))
        ours = [id for id in _OURS if id in modules and modules[id].state == "RUNNING"]
        told = {"pages": pages, "ours": ours, "first": self.config["first"] or None}
        if told != self._told:
            self._told = told
            self.publish(self.id + "/about", told, True)
