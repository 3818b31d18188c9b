"""The former name of fire.py, for what still imports it."""

from .fire import Events as Events
