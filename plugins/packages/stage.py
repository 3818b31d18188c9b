"""Brings the files of an installation into the staging folder, checks each, and has them taken in."""

import hashlib

from modcore.journal import disk_error, exists, make_folders
from modcore.json_files import parse

from .rules import InstallError

RARE = True  # needed while plugins come or go

_MAX_FILE = 1 << 20
_NEW = "plugins/.install/new/"
_OLD = "plugins/.install/old/"


def stage(installer, plan):
    """Generator: load every file of `plan` into the staging folder and check it."""
    for url, path, size, digest in plan.files:
        target = installer.journal.path(_staged(path, plan))
        make_folders(target)
        yield from _fetch(installer, url, path, target, size, digest)
    for name in plan.order:
        _check_manifest(installer, name, plan.versions[name])


def _fetch(installer, url, path, target, size, digest):
    sha256 = hashlib.sha256()
    text = "loading " + path
    installer.say(text)
    with open(target, "wb") as f:

        def sink(data):
            sha256.update(data)
            try:
                f.write(data)
            except OSError as error:  # no fault of the network's
                raise InstallError("%s: %s" % (installer.name, disk_error(error)))
            installer.done += len(data)
            installer.say(text)

        got = yield from installer.download.get(url, sink, _MAX_FILE if size is None else size)
    if size is not None and got != size:
        raise InstallError("%s: %d bytes, the registry says %d" % (url, got, size))
    found = "".join(["%02x" % octet for octet in sha256.digest()])
    if found[: len(digest)] != digest:
        raise InstallError("%s: its SHA-256 is not the registry's" % url)


def _check_manifest(installer, name, version):
    try:
        with open(installer.journal.path(_NEW) + name + "/plugin.json") as f:
            found = parse(f.read())
        good = found["name"] == name and found["version"] == version
    except (OSError, ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise InstallError("%s: its plugin.json is missing or not that of version %s" % (name, version))


def exchange(installer, plan, have, enable):
    """Take in what is staged; returns the Journal, on trial."""
    installer.say("taking in")
    moves = []
    versions = {}
    for name in plan.order:
        moves.append(_move(installer, _NEW + name, "plugins/" + name, _OLD + name))
        versions[name] = [have.get(name, {}).get("version"), plan.versions[name]]
    for path in plan.libraries:
        moves.append(_move(installer, _NEW + ".lib/" + path, path, _OLD + ".lib/" + path))
    installer.journal.exchange(moves, versions, [installer.name] if enable else ())
    return installer.journal


def _move(installer, new, place, old):
    return [new, place, old if exists(installer.journal.path(place)) else None]


def _staged(path, plan):
    return _NEW + (".lib/" + path if path in plan.libraries else path[len("plugins/") :])
