"""All of a device's administration over HTTP, for the group `admin`: README.md lists the routes."""

from .module import Admin

__all__ = ("Admin",)
__version__ = "1.0.0"
