"""What brings plugins/http and modcore together: the device API, and the base of both servers' modules."""

from .api import DeviceApi as DeviceApi
from .web_server import WebServer as WebServer

__version__ = "1.0.0"
