"""Installing at the REPL: the same steps as in the running device, one after the other, with progress printed."""

from .bus import load
from .install import LIBRARY, Installer
from .install_rules import InstallError

try:
    from time import sleep_ms
except ImportError:
    from .ticks import sleep_ms


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
    """See modcore.plugins.available."""
    return drive(_installer(index).available())


def install(name, index=None):
    """See modcore.plugins.install."""
    installer = _installer(index)
    return _finish(drive(installer.install(name)), name)


def update(name, index=None):
    """See modcore.plugins.update."""
    from . import manifests as plugins

    names = [name] if name else plugins.names()
    changed = {}
    for name in names:
        changed.update(_finish(drive(_installer(index).update(name)), name))
    return changed


def remove(name):
    """See modcore.plugins.remove."""
    _installer(()).remove(name)
    print(name, "is removed")


def _finish(journal, name):
    if journal is None:
        print(name, "is the newest already")
        return {}
    versions = {one: pair[1] for one, pair in journal.data["plugins"].items()}
    for one in sorted(versions):
        print("%s %s is installed; it is loaded with the next start" % (one, versions[one]))
    from . import manifests as plugins

    if plugins.manifest(name).get("module") and name not in _configuration().get("plugins", ()):
        print('%s runs when config.json names it: {"plugins": ["%s"]}' % (name, name))
    return versions


def _installer(index):
    from . import manifests as plugins

    config = _config()
    if index is None:
        index = config.get("index", ())
    return Installer(index, plugins.root(), _Progress(), config.get("library", LIBRARY))


def _configuration():
    import modcore

    device = getattr(modcore, "device", None)
    return device.config if device else load("json_files").load("config.json")


def _config():
    section = _configuration().get("packages", {})
    if not isinstance(section, dict):
        raise InstallError("config.json: packages takes an object")
    return section


class _Progress:
    """Prints each step once."""

    def __call__(self, text, done, total):
        print("%3d %% " % (done * 100 // total) if total else "      ", text)
