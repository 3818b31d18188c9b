"""HTTP/1.1 without I/O: a Site answers the requests that its Connections read. README.md tells the whole.

What every request needs is imported here; the rest, with the first request that needs it. Nothing in this package
opens a socket but listener.py, and nothing knows modcore: what brings both together is the plugin http_api.
"""

from .connection import READ as READ
from .connection import Connection as Connection
from .errors import HttpError as HttpError
from .errors import TimedOut as TimedOut
from .request import Request as Request
from .router import Router as Router
from .site import Site as Site
from .site import writes as writes

__version__ = "1.1.0"

# The public names that are imported when they are first asked for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .html import escape as escape
    from .response import Response as Response
    from .response import redirect as redirect
    from .signal import Signal as Signal

# Those that other plugins have.
_ELSEWHERE = {"Static": "http_files", "send_file": "http_files", "DeviceApi": "http_api"}


def __getattr__(name):
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
        have = "Connection HttpError READ Request Response Router Signal Site TimedOut escape redirect writes"
        raise AttributeError("plugins.http has no %s; have %s" % (name, have))
    globals()[name] = found
    return found
