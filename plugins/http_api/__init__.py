"""The link between plugins/http and modcore: the device API, and the base of both servers' modules."""

from .api import DeviceApi as DeviceApi
from .web_server import WebServer as WebServer

__version__ = "1.0.0"
