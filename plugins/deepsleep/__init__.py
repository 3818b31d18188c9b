"""Deep sleep between short times of work, and why it ended."""

from .module import Deepsleep

__all__ = ("Deepsleep",)
__version__ = "1.0.0"
