"""The page of any device: its properties live, and its administration; README.md tells how to add pages to it."""

from .module import Dashboard

__all__ = ("Dashboard",)
__version__ = "1.0.0"
