"""The page that a device in safe mode shows."""

from plugins.http import HttpError, Router

_PAGE = """<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
<title>Safe mode</title><style>body{font:1em/1.5 sans-serif;max-width:34em;margin:2em auto;padding:0 1em}
button{font:inherit;padding:.5em 1em}</style><h1>Safe mode</h1>
<p><b>%s</b> has crashed %d times within ten minutes. It runs with its network and its web server alone; what else
its configuration names is not started.</p><p>Correct what is wrong, then let it start as usual.</p>
<form method=post action=/safemode/leave><button>Leave safe mode</button></form><p><a href=/api>/api</a></p>"""
_LEFT = """<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content="10;url=/">
<title>Restarting</title><p>The device starts anew, as usual.</p>"""


def router(module):
    """A Router with the page, on / too, and the command to leave."""
    from plugins.http import escape
    from plugins.http.origin import same_origin

    from .record import CRASHES

    def page(request):
        return _PAGE % (escape(module.kernel.name), CRASHES), 503, {"Cache-Control": "no-store"}

    def leave(request):
        if same_origin(request) is False:
            raise HttpError(403, "another site asked for this")
        module.leave()
        return _LEFT

    return Router("", [["/", page, "GET"], ["/safemode", page, "GET"], ["/safemode/leave", leave, "POST"]])
