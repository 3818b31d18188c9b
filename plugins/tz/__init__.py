"""Time zones from POSIX TZ strings: `Zone` computes, the module `Tz` publishes local time and its changes."""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import Tz as Tz
    from .zone import EPOCH_S as EPOCH_S
    from .zone import Zone as Zone
    from .zone import civil as civil
    from .zone import seconds as seconds

__version__ = "1.0.0"
_PUBLIC = {"Tz": "module", "Zone": "zone", "EPOCH_S": "zone", "civil": "zone", "seconds": "zone"}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
