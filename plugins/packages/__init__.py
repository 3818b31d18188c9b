"""Installs, updates and removes plugins: at the prompt, and while the device runs over the bus, HTTP and MQTT.

from plugins.packages import install

install("mqtt", "http://192.168.1.5:8000")
"""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import Plugins as Plugins
    from .prompt import available as available
    from .prompt import install as install
    from .prompt import remove as remove
    from .prompt import update as update
    from .rules import InstallError as InstallError

__version__ = "1.0.0"
_PUBLIC = {
    "Plugins": "module",
    "InstallError": "rules",
    "available": "prompt",
    "install": "prompt",
    "remove": "prompt",
    "update": "prompt",
}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
