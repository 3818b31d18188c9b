"""Programs that are not Python packages: taken from PATH when good enough, else from Debian's packages."""

import os
import platform
import re
import shlex
import shutil

from . import browser, cache, debian, sources
from .cache import NotAvailable, ToolchainError, Unreachable, path, say

# What a MicroPython must have to serve as a board: printed as version, bits.
PROBE = """
import asyncio, deflate, hashlib, json, os, select, socket, sys, tls, time
os.VfsLfs2
print("probe", "%d.%d.%d" % sys.implementation[1][:3], 64 if sys.maxsize > 2**32 else 32)
"""

BITS_32 = {"amd64": "i386", "arm64": "armhf"}


class Program:
    """The way to one program: its packages, the commands in them, and what makes it good enough."""

    packages = ()
    commands = {}  # name in bin/ -> path in the unpacked folder
    minimum = (0,)
    recipe = 1  # raised when the packages or the wrapper change: every cache then makes it anew

    def architecture(self):
        """Return Debian's word for what to look for (str)."""
        return debian.architecture()

    def probe(self, command):
        """Return the version (str) of a command that works and is good enough; raise NotAvailable if not."""
        raise NotImplementedError

    def on_path(self):
        """Return {name: path} of commands on PATH, {} when one lacks."""
        search = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
        found = {name: shutil.which(name, path=search) for name in self.commands}
        ours = path("bin") + os.sep
        return found if all(f and not f.startswith(ours) for f in found.values()) else {}

    def candidates(self):
        """Return [(suite, stanzas)] to look in."""
        return sources.candidates()

    def unpack(self, apt, root):
        """Fill the folder `root`."""
        apt.unpack(self.packages, root)

    def wrapper(self, root, command):
        """Return the text of the script that starts `command`, a path below `root`."""
        # The machine's own C library may be older than the one the program was built for.
        loader, folders = debian.loader(root)
        words = [loader, "--library-path", ":".join(folders), os.path.join(root, command)]
        return '#!/bin/sh\nexec {} "$@"\n'.format(" ".join(map(shlex.quote, words)))


class MicroPython(Program):
    packages = ("micropython",)
    minimum = (1, 22)

    def __init__(self, name, bits):
        self.commands = {name: "usr/bin/micropython"}
        self._bits = bits

    def architecture(self):
        arch = debian.architecture()
        if self._bits == 32 and arch not in BITS_32.values():
            if arch not in BITS_32:
                raise NotAvailable("no 32-bit programs on {}".format(arch))
            return BITS_32[arch]
        return arch

    def probe(self, command):
        status, output = cache.run([command, "-c", PROBE], timeout=20)
        found = re.search(r"^probe (\S+) (\d+)", output, re.M)
        if not found:
            raise NotAvailable("{} does not run here: {}".format(command, _first(output, status)))
        version, bits = found.groups()
        if self._bits and int(bits) != self._bits:
            raise NotAvailable("{} is a {}-bit MicroPython".format(command, bits))
        return version


class Mosquitto(Program):
    packages = ("mosquitto", "mosquitto-clients")
    commands = {
        "mosquitto": "usr/sbin/mosquitto",
        "mosquitto_pub": "usr/bin/mosquitto_pub",
        "mosquitto_sub": "usr/bin/mosquitto_sub",
    }
    minimum = (2, 0)

    def probe(self, command):
        return _version(command, "-h" if command.endswith("quitto") else "--help", r"version (\d+\.\d+\.\d+)")


class Nats(Program):
    packages = ("nats-server",)
    commands = {"nats-server": "usr/sbin/nats-server"}
    minimum = (2, 9)

    def probe(self, command):
        return _version(command, "--version", r"v(\d+\.\d+\.\d+)")


class Curl(Program):
    packages = ("curl",)
    commands = {"curl": "usr/bin/curl"}
    minimum = (7, 64)

    def probe(self, command):
        return _version(command, "--version", r"^curl (\d+\.\d+\.\d+)")


class Chrony(Program):
    packages = ("chrony",)
    commands = {"chronyd": "usr/sbin/chronyd"}
    minimum = (4, 0)

    def probe(self, command):
        return _version(command, "-v", r"\(chrony\) version (\d+\.\d+)")


class Chromium(Program):
    # Chromium without the parts that make windows: it opens a page with a third of the work.
    # libatomic1 is for the program that drives the browser in tests.
    packages = (
        "chromium-headless-shell",
        "fontconfig-config",
        "fonts-dejavu-core",
        "fonts-liberation",
        "libatomic1",
    )
    recipe = 3
    commands = {"chromium": "usr/lib/chromium/chromium-headless-shell"}
    minimum = (100,)

    def on_path(self):
        names = (self.packages[0], "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        for name in (*names, browser.MACOS):
            found = shutil.which(name)
            if found and not found.startswith(path("bin") + os.sep):
                return {"chromium": found}
        return {}

    def candidates(self):
        # It starts itself again by its own path, which the loader's trick would break: only the
        # machine's own suite has one that runs on the machine's own C library.
        return [(sources.codename(), sources.own())]

    def unpack(self, apt, root):
        apt.unpack(self.packages, root, without=("libc6", "libc-bin"))
        browser.write_fonts(root)

    def wrapper(self, root, command):
        return browser.wrapper(root, command)

    def probe(self, command):
        return browser.probe(command)


PROGRAMS = {
    "micropython": MicroPython("micropython", 0),
    "micropython32": MicroPython("micropython32", 32),
    "mosquitto": Mosquitto(),
    "nats": Nats(),
    "curl": Curl(),
    "chrony": Chrony(),
    "chromium": Chromium(),
}


def ready(name):
    """Tell whether the program is there, or was found not to be had."""
    stamp = cache.read_stamp(name)
    if stamp.get("recipe") != PROGRAMS[name].recipe:
        return False
    # A link to a program of the machine ends when that is removed; os.access follows it.
    return "reason" in stamp or all(os.access(path("bin", c), os.X_OK) for c in PROGRAMS[name].commands)


def reason(name):
    """Return why the program can not be had (str), or None."""
    return cache.read_stamp(name).get("reason")


def give_up(name, why):
    """Remember that the program can not be had, so that not every run looks for it again."""
    cache.write_stamp(name, recipe=PROGRAMS[name].recipe, reason=str(why))


def libraries(name):
    """Return the folders of the libraries that came with the program; none came with one of the machine."""
    return [] if cache.read_stamp(name).get("source") == "PATH" else debian.libraries(path("root", name))


def forget_failures():
    """Look again for what could not be had."""
    for name in PROGRAMS:
        if reason(name):
            cache.remove_stamp(name)
    for name in ("versions", "firmware"):
        if reason(name):
            cache.remove_stamp(name)


def make(name):
    """Make the program available in bin/. Raises NotAvailable, or ToolchainError for what may pass."""
    program = PROGRAMS[name]
    found = program.on_path()
    if found:
        try:
            version = _good(program, found)
        except NotAvailable as why:
            say(name, "{}; looking for a better one".format(why))
        else:
            for command, target in found.items():
                cache.link(path("bin", command), target)
            cache.write_stamp(name, recipe=program.recipe, version=version, source="PATH")
            say(name, "{} of this machine".format(version))
            return
    if platform.system() != "Linux":
        raise NotAvailable(
            "no {} {} on PATH; install it, with brew for instance".format(name, _minimum(program))
        )
    _from_packages(name, program)


def _from_packages(name, program):
    arch = program.architecture()
    failures = []
    for suite, stanzas in program.candidates():
        for choice in sources.fallbacks(stanzas):
            try:
                version = _from_suite(name, program, debian.Apt(suite, choice, arch))
            except Unreachable:
                raise
            except NotAvailable as why:
                failures.append(why)
                break
            except ToolchainError as why:
                failures.append(why)
                continue
            cache.write_stamp(name, recipe=program.recipe, version=version, source=suite)
            say(name, "{} ready".format(version))
            return
    # A broken mirror may be whole tomorrow; only when every suite said no is the answer no.
    passing = [why for why in failures if not isinstance(why, NotAvailable)]
    raise (passing or failures)[0]


def _from_suite(name, program, apt):
    found, size = apt.find(program.packages)
    offered = found.get(program.packages[0], "")
    if _numbers(offered) < program.minimum:
        raise NotAvailable("{} in {}, {} is needed".format(offered, apt.suite, _minimum(program)))
    say(
        name,
        "unpacking {} packages, {:.0f} MB to download ({}, {})".format(
            len(found), size / 1e6, apt.suite, apt.arch
        ),
    )
    with cache.staged("root", name) as stage:
        program.unpack(apt, stage)
    root = path("root", name)
    for command, inside in program.commands.items():
        cache.write(path("bin", command), program.wrapper(root, inside), 0o755)
    return _good(program, {command: path("bin", command) for command in program.commands})


def _good(program, commands):
    # The version of the first command; each of them must run.
    versions = [program.probe(command) for command in commands.values()]
    if _numbers(versions[0]) < program.minimum:
        first = next(iter(commands.values()))
        raise NotAvailable("{} is {}, {} is needed".format(first, versions[0], _minimum(program)))
    return versions[0]


def _version(command, option, pattern):
    status, output = cache.run([command, option], timeout=20)
    found = re.search(pattern, output, re.M)
    if not found:
        raise NotAvailable("{} does not run here: {}".format(command, _first(output, status)))
    return found.group(1)


def _minimum(program):
    return ".".join(map(str, program.minimum))


def _numbers(version):
    # 2:1.25.0+ds-1 -> (1, 25, 0)
    plain = re.match(r"(?:\d+:)?([\d.]+)", version)
    return tuple(int(part) for part in plain.group(1).split(".") if part) if plain else ()


def _first(output, status):
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "exit status {}".format(status)
