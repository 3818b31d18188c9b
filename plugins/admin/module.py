"""Admin: the routes below /api/admin and /api/files; what answers them is loaded with the first request."""

import gc

from modcore import Module

_LATER_MS = 300  # what ends the connection is done when the answer is on its way


class Admin(Module):
    """Everything that is needed to run a device, closed until there is an administrator.

    `code` is what sets the first administrator's password from anywhere but the device's own access point; it is
    printed on the console at start, while there is none.
    """

    defaults = {"claim": True}
    code = None
    wrong = 0  # codes that were wrong, since the last right one
    locked_s = 0  # of uptime, until which no code is taken
    undo = None  # section -> what it was before it was saved last

    def on_add(self, kernel):
        """Have the kernel note what each module takes at its start."""
        kernel.took = {} if hasattr(gc, "mem_free") else None

    def start(self):
        """Offer the routes, and print the code while nobody is administrator."""
        from .accounts import announce

        self.undo = {}
        self.routes = self
        announce(self)

    def find(self, request):
        """The answer to a request, or None: a content of a site."""
        if request.path[:5] != "/api/":
            return None
        area = request.path[5:10]
        if area == "files" or area == "admin" and request.path[10:11] in ("", "/"):
            from .dispatch import answer

            return lambda request: answer(self, request)
        return None

    def streams(self, request):
        """Tell whether the body of a request is read piece by piece: files and backups may be of any size."""
        if request.method != "PUT" or self.find(request) is None:
            return False
        return request.path[:11] == "/api/files/" or request.path == "/api/admin/backup"

    def listing(self):
        """(path, methods) of each route, for who shows all of them; a generator."""
        from .routes import listing

        return listing()

    def check(self, request):
        """Let a request of an administrator pass, for routes of other modules. HttpError 401, 403: anybody else.

        self.kernel.modules["admin"].check(request)
        """
        from .access import check

        check(self, request)

    def later(self, function, *args):
        """Call `function(*args)` when the answer to the present request is on its way."""
        self.after(_LATER_MS, function, *args)
