"""WLAN station: joins the strongest known network, and joins again, for years."""

from modcore.lazy import attribute

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import Wlan as Wlan

__version__ = "1.0.0"
_PUBLIC = {"Wlan": "module"}


def __getattr__(name):
    return attribute(__name__, _PUBLIC, name)
