"""Debian's packages without root: the machine's own apt with folders of ours, unpacked and not installed.

apt does what it is good at: mirrors, proxies and passwords as the machine has them set, signatures,
checksums, the closure of dependencies, and going on with a download that broke off.
"""

import glob
import os
import re
import shutil

from . import cache, sources
from .cache import NotAvailable, ToolchainError, Unreachable, say

# Taken as installed already: maintainer scripts and desktops need these, the programs themselves do not.
KNOWN = """
adduser adwaita-icon-theme at-spi2-common base-passwd dbus dbus-bin dbus-daemon dbus-session-bus
dbus-user-session dconf-gsettings-backend debconf debconf-2.0 default-dbus-session-bus dpkg gsettings-backend
gtk-update-icon-cache hicolor-icon-theme init-system-helpers iproute2 libgl1-mesa-dri libpam-modules libpam-runtime
libpam0g login.defs lsb-base openssl-provider-legacy passwd perl perl-base procps
sensible-utils shared-mime-info systemd systemd-sysv sysvinit-utils tar tzdata ucf usrmerge x11-common x11-utils
xdg-utils
""".split()

# Nothing reads these from an unpacked folder.
NEEDLESS = ("doc", "info", "lintian", "locale", "man")

# apt's words for a network that is down or a mirror that does not serve.
UNREACHABLE = (
    "failure resolving|not resolve|(could not|unable to) connect|cannot initiate|connection (failed|refused)"
    "|timed out|unreachable|no route|  (407|50[0234]) "
)

CONF = """
#clear APT::Update;
#clear DPkg;
#clear APT::Default-Release;
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Debug::NoLocking "true";
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
Dir::Cache::archives "{folder}/archives";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{folder}/sources.d";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "{folder}/none";
"""


class Apt:
    """One suite and architecture of the archive, in a folder of the cache."""

    def __init__(self, suite, stanzas, arch):
        """`suite`: its name; `stanzas`: as of sources.own(); `arch`: Debian's word for it, amd64 or i386."""
        self.suite = suite
        self.arch = arch
        self.folder = cache.path("apt", "{}-{}".format(suite, arch))
        self._stanzas = stanzas
        self._updated = False

    def find(self, packages):
        """Return ({package: version}, bytes to download) of packages and all that they depend on.

        Raises NotAvailable when this suite does not have them for this architecture.
        """
        self._update()
        status, output = self._get("install", "--simulate", *packages)
        if status and re.search("unmet dependencies|held broken", output):
            # Something depends on one version of what is taken as installed: then take nothing so.
            self._write("status", "")
            status, output = self._get("install", "--simulate", *packages)
        if status:
            self._fail("no {} for {} in {}".format(" ".join(packages), self.arch, self.suite), output)
        found = dict(re.findall(r"^Inst (\S+) \((\S+) ", output, re.M))
        # Only what is not downloaded yet is listed here: 'address' name size checksum
        _, output = self._get("install", "--print-uris", *packages)
        return found, sum(map(int, re.findall(r"^'\S+' \S+\.deb (\d+)", output, re.M)))

    def unpack(self, packages, root, without=()):
        """Download packages with all that they depend on and unpack them into the folder `root`."""
        found, _ = self.find(packages)
        status, output = self._get("install", "--download-only", *packages)
        if status:
            self._fail("download of {} failed".format(" ".join(packages)), output)
        archives = os.path.join(self.folder, "archives")
        for name, version in sorted(found.items()):
            if name not in without:
                self._unpack("{}_{}_".format(name, version.replace(":", "%3a")), archives, root)
        for name in NEEDLESS:
            shutil.rmtree(os.path.join(root, "usr", "share", name), ignore_errors=True)

    def source(self, package, folder):
        """Download the source of a package into `folder` and return the path of its archive."""
        self._update()
        status, output = self._get("source", "--download-only", package, cwd=folder)
        found = glob.glob(os.path.join(glob.escape(folder), package + "_*.orig.tar.*"))
        if status or not found:
            self._fail("no source of {} in {}".format(package, self.suite), output)
        return found[0]

    def _unpack(self, start, archives, root):
        files = [name for name in os.listdir(archives) if name.startswith(start) and name.endswith(".deb")]
        if not files:
            raise ToolchainError("apt did not download {}*.deb; try again".format(start))
        status, output = cache.run(["dpkg-deb", "-x", os.path.join(archives, files[0]), root])
        if status:
            raise ToolchainError(
                "can't unpack {}: {}; free space and try again".format(files[0], _last(output))
            )

    def _update(self):
        if self._updated:
            return
        for name in ("lists/partial", "archives/partial", "sources.d", "none"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        self._write("status", "".join(map(_installed, KNOWN)))
        self._write("sources.d/modcore.sources", sources.text(self._stanzas))
        self._write("apt.conf", CONF.format(arch=self.arch, folder=self.folder))
        say("apt", "reading the list of packages ({}, {})".format(self.suite, self.arch))
        status, output = self._get("update")
        if status:
            self._fail("no suite {} for {} at the mirror".format(self.suite, self.arch), output)
        self._updated = True

    def _write(self, name, text):
        cache.write(os.path.join(self.folder, name), text)

    def _get(self, *arguments, **options):
        conf = os.path.join(self.folder, "apt.conf")
        environment = dict(os.environ, LC_ALL="C", LANGUAGE="C")
        return cache.run(["apt-get", "--quiet", "--yes", "-c", conf, *arguments], env=environment, **options)

    def _fail(self, absent, output):
        # What apt says tells a package that nobody has from a network that is down.
        if re.search(
            "NO_PUBKEY|Missing key|not signed|signatures? (couldn't|were) |Sub-process .*sqv", output
        ):
            raise ToolchainError(
                "apt does not trust {}: {}; update the package debian-archive-keyring".format(
                    self.suite, _last(output)
                )
            )
        if re.search(UNREACHABLE, output, re.I):
            raise Unreachable(
                "the mirror of packages does not answer: {}; check the network and try again".format(
                    _last(output)
                )
            )
        if re.search("No space left|enough free space", output):
            raise ToolchainError(
                "no space left in {}; free some or set MODCORE_CACHE to another folder".format(self.folder)
            )
        if re.search(
            "Unable to locate|no installation candidate|does not have a Release|404 |unmet dep", output
        ):
            raise NotAvailable(absent)
        if re.search("doesn't support architecture|Unable to find expected entry", output):
            raise NotAvailable(absent)
        raise ToolchainError("{}: {}".format(absent, _last(output)))


def architecture():
    """Return Debian's word for this machine (str): amd64, arm64 … Raises NotAvailable without dpkg."""
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise NotAvailable("no {} on this machine".format(program))
    return cache.run(["dpkg", "--print-architecture"])[1].strip()


def loader(root):
    """Return (path of the dynamic loader, folders of libraries) in an unpacked folder.

    Raises NotAvailable when there is no loader in it.
    """
    for pattern in ("usr/lib/*/ld-linux*.so*", "lib/*/ld-linux*.so*", "usr/lib/*/ld64.so*"):
        found = sorted(glob.glob(os.path.join(glob.escape(root), pattern)))
        if found:
            return found[0], libraries(root)
    raise NotAvailable("no dynamic loader in {}".format(root))


def libraries(root):
    """Return the folders with shared libraries in an unpacked folder, the general ones first."""
    found = []
    for top in ("usr/lib", "lib"):
        for folder, _, files in os.walk(os.path.join(root, top)):
            if os.path.basename(folder) == "gconv":
                continue
            if any(name.startswith("lib") and ".so" in name for name in files):
                found.append(folder)
    return sorted(found, key=lambda folder: (folder.count(os.sep), folder))


def _installed(name):
    return "Package: {0}\nStatus: install ok installed\nVersion: 99:999\nArchitecture: all\n{1}\n".format(
        name, "Multi-Arch: foreign\nDescription: taken as installed\n"
    )


def _last(output):
    # The line that says most: the last error, else the last line.
    lines = [line for line in output.splitlines() if line.strip()] or ["it said nothing"]
    errors = [line[2:].strip() for line in lines if line.startswith(("E:", "W:"))]
    return (errors or lines)[0 if errors else -1]
