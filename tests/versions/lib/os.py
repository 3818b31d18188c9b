"""os, with what the WebAssembly build leaves out of it."""

from random import getrandbits

from uos import *


def getenv(name):
    """Return `default`: there is no environment."""


def urandom(count):
    """Bytes at random, for tests only."""
    return bytes([getrandbits(8) for _ in range(count)])
