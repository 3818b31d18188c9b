"""HTTP/1.1 without I/O: a Site answers the requests that its Connections read. README.md tells the whole.

What every request needs is imported here; the rest, with the first request that needs it. Nothing in this package
opens a socket but listener.py, and nothing knows modcore: what brings both together is the plugin http_api.
"""

from .connection import READ as READ
from .connection import Connection as Connection
from .request import HttpError as HttpError
from .request import Request as Request
from .request import TimedOut as TimedOut
from .request import const
from .site import Router as Router
from .site import Site as Site
from .site import writes as writes

__version__ = "1.1.0"

# The public names that are imported when they are first asked for; where each is stands in names.py.
TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from .html import escape as escape
    from .response import Response as Response
    from .response import redirect as redirect
    from .signal import Signal as Signal


def __getattr__(name):
    from .names import find

    found = globals()[name] = find(name)
    return found
