"""Safe mode: a device that crashes again and again starts with its network and its web server alone."""

from .module import Safemode

__all__ = ("Safemode", "leave")
__version__ = "1.0.0"


def leave():
    """Forget the crashes, for the prompt: the next start is a normal one.

    >>> from plugins.safemode import leave; leave()
    """
    from .record import save

    save({})
