"""Installing at the prompt: the same steps as in the running device, one after the other, progress printed."""

import modcore
from modcore import plugins
from modcore.json_files import load
from modcore.ticks import sleep_ms

from .installer import LIBRARY, Download, Installer
from .reload import running
from .rules import InstallError

RARE = True  # needed while plugins come or go


def drive(generator):
    """Turn a generator of the installer until it is done; returns its result."""
    while True:
        try:
            ms = next(generator)
        except StopIteration as done:
            return done.value
        if ms:
            sleep_ms(ms)


def available(index=None):
    """Return what can be installed: {name: {"version", "description", "requires", "heap", "size"}}.

    index: URL of a package index or of a registry.json, or a list of these; without it those that config.json
    names as {"packages": {"index": [...]}}. InstallError: a registry can't be had, or is broken.

        sorted(available("http://192.168.1.5:8000"))
    """
    return drive(_installer(index).available())


def install(name, index=None):
    """Install a plugin with all that it requires; returns {name: version} of what is new.

    name: of a plugin, or `mqtt@1.2.0` for a version. InstallError: why not; what was there before works on.

        install("mqtt", "http://192.168.1.5:8000")
    """
    return _finish(drive(_installer(index).install(name)), name.partition("@")[0])


def update(name=None, index=None):
    """Bring a plugin, all without a name, to the newest version; returns {name: version} of what is new.

    The former version is kept until the new one has run for a minute. InstallError: why not.

        update()
    """
    names = [name] if name else plugins.names()
    changed = {}
    for name in names:
        changed.update(_finish(drive(_installer(index).update(name)), name))
    return changed


def remove(name):
    """Remove a plugin; its configuration stays. InstallError: it is not there, or another one requires it."""
    device = getattr(modcore, "device", None)
    if device:
        for module in running(device, name):
            device.remove(module.id)  # what runs ends in order, while its files are still there
    _installer(()).remove(name)
    print(name, "is removed")


def _finish(journal, name):
    if journal is None:
        print(name, "is the newest already")
        return {}
    versions = {one: pair[1] for one, pair in journal.data["plugins"].items()}
    for one in sorted(versions):
        print("%s %s is installed; it is loaded with the next start" % (one, versions[one]))
    if plugins.manifest(name).get("module") and name not in _configuration().get("plugins", ()):
        print('%s runs when config.json names it: {"plugins": ["%s"]}' % (name, name))
    return versions


def _installer(index):
    config = _config()
    if index is None:
        index = config.get("index", ())
    download = Download(authorities=config.get("authorities") or None)
    return Installer(index, plugins.root(), _printer(), config.get("library", LIBRARY), download)


def _configuration():
    device = getattr(modcore, "device", None)
    return device.config if device else load("config.json")


def _config():
    section = _configuration().get("packages", {})
    if not isinstance(section, dict):
        raise InstallError("config.json: packages takes an object")
    return section


def _printer():
    """Return what prints a line for each step, not for each piece of a file."""
    last = None

    def show(text, done, total):
        nonlocal last
        if text != last:
            last = text
            print("%3d %% " % (done * 100 // total) if total else "      ", text)

    return show
