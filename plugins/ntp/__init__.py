"""SNTP client: sets the clock from servers that it checks, and says how good the time is."""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import Ntp as Ntp

__version__ = "1.0.0"
_PUBLIC = {"Ntp": "module"}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
