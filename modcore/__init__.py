"""modcore: a lifecycle kernel and an event bus for small devices."""

from .bus import BusFull as BusFull
from .kernel import Kernel as Kernel
from .module import Module as Module
from .ticks import const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from . import irq_safe as irq_safe
    from . import manifests as plugins  # noqa: F401
    from .bus import Bus as Bus
    from .lifecycle import CONFIGURED as CONFIGURED
    from .lifecycle import EJECTED as EJECTED
    from .lifecycle import FAILED as FAILED
    from .lifecycle import MOUNTED as MOUNTED
    from .lifecycle import NEW as NEW
    from .lifecycle import RUNNING as RUNNING
    from .lifecycle import STOPPED as STOPPED
    from .lifecycle import UNMOUNTED as UNMOUNTED
    from .main import main as main
    from .property import Property as Property
    from .property import Refused as Refused
    from .timer import Timer as Timer

__version__ = "1.0.0"


def __getattr__(name):  # what not every program names takes memory only when it is asked for
    from .lookup import public

    return public(name)
