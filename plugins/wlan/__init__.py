"""WLAN station: joins the strongest known network, and joins again, for years."""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import Wlan as Wlan

__version__ = "1.0.0"
_PUBLIC = {"Wlan": "module"}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
