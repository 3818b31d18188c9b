"""homie: shows every property of the device by the Homie convention, version 5."""

from .module import Homie as Homie
