"""The REST interface below /watering and /system; what it answers is in the files rest_*.py, loaded when asked for.

An answer reads the bus, and asks on it the module that its path is about; what that refuses comes back with its reason.
"""

from modcore import Module


class Rest(Module):
    """Serves `/watering/…` and `/system/…`, which `www/openapi.json` describes; and tells the dashboard its pages."""

    @property
    def views(self):
        """The pages that this brings to the dashboard."""
        from .views import views

        return views()

    def mount(self):
        """Answer the web servers' requests by `find`."""
        self.routes = self

    def find(self, request):
        """The answer to a request, or None: it is for somebody else."""
        if request.path[:10] != "/watering/" and request.path[:8] != "/system/":
            return None
        from .rest_paths import answer

        return answer(self.kernel, request)

    def methods(self, request):
        """The methods for the path of a request."""
        if request.path[:10] != "/watering/" and request.path[:8] != "/system/":
            return ()
        from .rest_paths import methods

        return methods(request)
