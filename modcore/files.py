"""The former name of json_files.py, for what still imports it."""

from .json_files import load as load
from .json_files import parse as parse
from .json_files import save as save
