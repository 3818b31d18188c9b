"""modcore: a lifecycle kernel and an event bus for small devices."""

from .bus import BusFull as BusFull
from .kernel import Kernel as Kernel
from .module import Module as Module

__version__ = "1.0.0"

# What not every program names: the public name, and the file that has it.
_PUBLIC = {
    "Bus": "bus",
    "Property": "property",
    "Refused": "property",
    "Timer": "timer",
    "main": "main",
    "irq_safe": "irq_safe",
    "plugins": "manifests",
    "NEW": "lifecycle",
    "CONFIGURED": "lifecycle",
    "MOUNTED": "lifecycle",
    "RUNNING": "lifecycle",
    "STOPPED": "lifecycle",
    "UNMOUNTED": "lifecycle",
    "EJECTED": "lifecycle",
    "FAILED": "lifecycle",
}


def __getattr__(name):
    from .lazy import attribute

    return attribute(__name__, _PUBLIC, name)
