"""Packages of the MicroPython library that no registry carries: whether one is here, and where its files are."""

import sys

from modcore.journal import exists
from modcore.json_files import parse as parse_json
from modcore.lazy import load

from .entries import check_library_path, is_hex
from .plan import address
from .rules import InstallError

RARE = True  # needed for a plugin that uses one


def find_library(plan, name, version):
    """Generator: add the files that the index of the MicroPython library has for `name`."""
    base = plan.library.rstrip("/")
    form = sys.implementation._mpy & 0xFF if hasattr(sys.implementation, "_mpy") else "py"
    url = "%s/package/%s/%s/%s.json" % (base, form, name, version)
    text = bytearray()
    yield from plan.download.get(url, text.extend, 8192)
    try:
        found = parse_json(str(text, "utf-8"))
        hashes = [(path, digest) for path, digest in found["hashes"]]
    except (ValueError, KeyError, TypeError):
        raise InstallError("%s describes no package" % url)
    if found.get("deps"):
        raise InstallError("%s needs further packages; install it with mip" % name)
    for path, digest in hashes:
        check_library_path(path, name)
        if not isinstance(digest, str) or not 8 <= len(digest) <= 64 or not is_hex(digest):
            raise InstallError("%s: %r is not a hash" % (url, digest))
        plan.files.append((address(base, True, path, digest), path, None, digest))
        plan.libraries.append(path)


def have_library(name):
    """Tell whether a package of the MicroPython library is here: as files, or in the firmware."""
    path = name.replace(".", "/")
    for folder in sys.path:
        for tail in (".py", ".mpy", "/__init__.py", "/__init__.mpy"):
            if folder != ".frozen" and exists((folder + "/" if folder else "") + path + tail):
                return True
    try:
        load(name)
        return True
    except ImportError:
        return False
