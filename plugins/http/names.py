"""Places of the public names of plugins/http that are imported when they are first asked for."""

RARE = True  # once for each name

_HAVE = "Connection HttpError READ Request Response Router Signal Site TimedOut escape redirect writes"
# Those that other plugins have.
_ELSEWHERE = {"Static": "http_files", "send_file": "http_files", "DeviceApi": "http_api"}


def find(name):
    """The public object of that name. AttributeError: there is none; names the package and what there is."""
    if name == "Response":
        from .response import Response as found
    elif name == "redirect":
        from .response import redirect as found
    elif name == "Signal":
        from .signal import Signal as found
    elif name == "escape":
        from .html import escape as found
    elif name in _ELSEWHERE:
        raise AttributeError("plugins.http has no %s, it is in plugins.%s" % (name, _ELSEWHERE[name]))
    else:
        raise AttributeError("plugins.http has no %s; have %s" % (name, _HAVE))
    return found
