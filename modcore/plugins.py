"""The former name of manifests.py, for what still imports it."""

from .manifests import available as available
from .manifests import folders as folders
from .manifests import install as install
from .manifests import installed as installed
from .manifests import manifest as manifest
from .manifests import names as names
from .manifests import recover as recover
from .manifests import remove as remove
from .manifests import root as root
from .manifests import update as update
