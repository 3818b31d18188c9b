"""Packages of the MicroPython library that a board finds in its own /lib."""

import hashlib
import os
import shutil
import tarfile

from . import cache, venv
from .cache import ToolchainError, path, say

# Source distributions without a build file, which pip refuses and `unearth` downloads.
# (requirement, SHA-256 of the archive, {file in the archive: file in lib/})
PACKAGES = (
    (
        "micropython-umqtt.simple==1.3.4",
        "b6a2520239e3992c63a7de9370ee9b3d9d27819a90359c521f1c0f7ccab8d12f",
        {"umqtt/simple.py": "umqtt/simple.py"},
    ),
    (  # of mqtt_as, which is in no registry of packages, the descendant that is in one; for `make bench` alone
        "micropython-mqtt-async==0.7b4",
        "c10a8a34064adad629f71f7ea559f7070169ce13c180265509f68f58618eec2b",
        {"mqtt_async.py": "mqtt_async.py"},
    ),
)
RECIPE = 1

# MicroPython's firmware for boards freezes an `ssl` in; Debian's package leaves it out.
SSL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "micropython", "ssl.py")


def ready():
    """Tell whether the packages are there."""
    stamp = cache.read_stamp("lib")
    same = stamp.get("recipe") == RECIPE and stamp.get("ssl") == _digest(SSL)
    return same and stamp.get("packages") == _names() and os.path.isdir(path("lib"))


def make():
    """Make the folder lib/ of the cache."""
    with cache.staged("lib") as stage:
        for requirement, digest, files in PACKAGES:
            say("lib", "downloading {}".format(requirement))
            _unpack(_download(requirement, digest), files, stage)
        # In a folder of its own: CPython must not find it before its own ssl.
        os.makedirs(os.path.join(stage, "micropython"))
        shutil.copy(SSL, os.path.join(stage, "micropython", "ssl.py"))
    cache.write_stamp("lib", recipe=RECIPE, ssl=_digest(SSL), packages=_names())
    say("lib", "ready")


def _names():
    return [requirement for requirement, _, _ in PACKAGES]


def _download(requirement, digest):
    folder = path("stage", "download")
    shutil.rmtree(folder, ignore_errors=True)
    if not venv.ready("python"):
        venv.make("python")
    command = [venv.python(), "-m", "unearth", requirement, "--download", folder]
    indexes, environment = venv.pip_settings()
    for address in indexes:
        command += ["--index-url", address]
    status, output = cache.run(command, env=environment)
    archives = (
        [name for name in os.listdir(folder) if name.endswith(".tar.gz")] if os.path.isdir(folder) else []
    )
    if status or not archives:
        lines = output.strip().splitlines() or ["nothing found"]
        raise ToolchainError("{}: {}; check the network and try again".format(requirement, lines[-1]))
    archive = os.path.join(folder, archives[0])
    if _digest(archive) != digest:
        raise ToolchainError("{}: the archive is not the one expected; try again later".format(requirement))
    return archive


def _unpack(archive, files, folder):
    with tarfile.open(archive) as tar:
        top = tar.getnames()[0].split("/")[0]
        for inside, name in files.items():
            target = os.path.join(folder, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as stream:
                stream.write(tar.extractfile(top + "/" + inside).read())


def _digest(file):
    with open(file, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()
