"""Login: a Router with the pages `/login` and `/logout`."""

from plugins.http import Router


class Login:
    """The pages under `path` (login) and `out` (logout); `router` is what the site takes in.

    A form or JSON with `name` and `password` is taken; a browser is sent on to `next`, a program gets JSON.
    """

    def __init__(self, path="/login", out="/logout"):
        self.path = path
        self.out = out
        self.router = router = Router()
        router.add(path, self.page)
        router.add(path, self.enter, "POST")
        router.add(out, self.leave_page)
        router.add(out, self.leave, "POST")

    def page(self, request):
        """GET: the form."""
        from .pages import login_page

        return login_page(self, request)

    def enter(self, request):
        """POST: check name and password; a generator."""
        from .pages import enter

        return enter(self, request)

    def leave_page(self, request):
        """GET: a button."""
        from .pages import logout_page

        return logout_page(self, request)

    def leave(self, request):
        """POST: end the session."""
        from plugins.http import redirect

        request.session.end()
        return redirect(self.path, 303)
