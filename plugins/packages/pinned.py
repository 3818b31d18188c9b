"""One version of a plugin that is not the newest: an index keeps the files of all of them, in the layout of mip."""

import sys

from modcore.json_files import parse

from .entries import check_entry, check_path, is_hex
from .plan import take
from .rules import InstallError

RARE = True  # needed when a version is asked for

_MAX_BYTES = 8192


def find(plan, name):
    """Generator: take the entry of `name` in the version `plan.version` from the first index that has it.

    A registry that is not an index has one version only, which is looked for when it is read.
    """
    form = sys.implementation._mpy & 0xFF if hasattr(sys.implementation, "_mpy") else "py"
    for url in plan.urls:
        base = url.rpartition("/")[0]
        try:
            described = yield from _json(plan, "%s/package/%s/%s/%s.json" % (base, form, name, plan.version))
        except InstallError:
            continue
        entry = yield from _entry(plan, base, name, described)
        entry["from"] = url
        entry["index"] = True
        take(plan, entry)
        return


def _entry(plan, base, name, described):
    """Generator: the manifest of the plugin that a package describes, with its files."""
    try:
        files = [[path, None, digest] for path, digest in described["hashes"]]
    except (KeyError, TypeError, ValueError):
        raise InstallError("%s@%s: the index describes no package" % (name, plan.version))
    manifest = None
    for path, _, digest in files:
        check_path(path, "plugins/" + name)
        if not isinstance(digest, str) or not 8 <= len(digest) <= 64 or not is_hex(digest):
            raise InstallError("%s: %r is not a hash" % (path, digest))
        if path == "plugins/%s/plugin.json" % name:
            manifest = yield from _json(plan, "%s/file/%s/%s" % (base, digest[:2], digest[:8]))
    entry = check_entry(manifest)
    if entry["name"] != name or entry["version"] != plan.version:
        raise InstallError("%s@%s: the index has another plugin there" % (name, plan.version))
    entry["pinned"] = files
    return entry


def _json(plan, url):
    text = bytearray()
    yield from plan.download.get(url, text.extend, _MAX_BYTES)
    try:
        return parse(str(text, "utf-8"))
    except ValueError:
        raise InstallError("%s is not JSON" % url)
