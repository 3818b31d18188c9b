"""modcore: a lifecycle kernel and an event bus for small devices."""

from .bus import BusFull as BusFull
from .bus import load
from .kernel import Kernel as Kernel
from .module import Module as Module

__version__ = "1.0.0"


def __getattr__(name):
    return load("boot").find(name)  # what not every program names
