"""The REST interface below /watering and /system; what it answers is in the files rest_*.py, loaded when asked for."""

from modcore import Module


class Rest(Module):
    """Serves `/watering/…` and `/system/…`, which `www/openapi.json` describes; and tells the dashboard its pages."""

    views = [
        {"id": id, "title": {"en": english, "de": german}, "icon": icon, "src": "/garden/%s.js" % file}
        for id, file, icon, english, german in (
            ("watering", "status", "water", "Watering", "Bewässerung"),
            ("programs", "programs", "play", "Programs", "Programme"),
            ("schedules", "schedules", "clock", "Schedules", "Zeitpläne"),
            ("runs", "runs", "chart-line", "Runs", "Läufe"),
            ("garden", "settings", "valve", "Garden settings", "Garten einrichten"),
        )
    ]

    def mount(self):
        """Answer the web servers' requests by `find`."""
        self.routes = self

    def find(self, request):
        """The answer to a request, or None: it is for somebody else."""
        if not request.path.startswith(("/watering/", "/system/")):
            return None
        from .rest_paths import answer

        return answer(self.kernel, request)

    def methods(self, request):
        """The methods for the path of a request."""
        if not request.path.startswith(("/watering/", "/system/")):
            return ()
        from .rest_paths import methods

        return methods(request)
