"""Access point of the device's own, with a captive portal that sets it up from a phone."""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import Softap as Softap

__version__ = "1.0.0"
_PUBLIC = {"Softap": "module"}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
