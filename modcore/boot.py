"""From config.json to a kernel with all its modules."""

import gc
import os

from . import lazy
from .json_files import GOOD, exists
from .json_files import load as load_file
from .kernel import Kernel
from .lazy import drop, load
from .ticks import const

RARE = True  # needed once

_LEAST_QUEUE = const(4)  # events
_MOST_QUEUE = const(1000)
_EMERGENCY = const(100)  # bytes
_ROOM = const(9216)  # bytes
_NEXT = const(20480)  # bytes that the next plugin may take
_TIGHT = const(65536)  # bytes of free memory before anything of a program is loaded
_FOR_MANY = const(163840)  # bytes of a heap that is large enough for so many names
# What a device without a readable configuration starts of what it has, to be reached all the same.
_FALLBACK = const(("wlan", "softap", "http_async", "http_windup"))


def boot(path="config.json", secrets="secrets.json"):
    """Make a Kernel of the file `path`, with the plugins and modules that it names.

    What can't be found or imported is reported (`$error/<id>` and the log), the rest starts.
    """
    _prepare_memory()
    troubles = []
    config = _read(path, troubles.append)
    fallback = not config
    size = config.get("queue", 32)
    if not isinstance(size, int) or not _LEAST_QUEUE <= size <= _MOST_QUEUE:
        troubles.append("%s: queue takes a number from 4 to 1000, not %r" % (path, config.pop("queue")))
    name = config.get("name", "modcore")
    if not isinstance(name, str) or not name:
        troubles.append("%s: name takes a string, not %r" % (path, config.pop("name")))
    hidden, broken = _read_secrets(secrets, troubles.append)
    # The largest of what is needed here makes room for plugins.
    if hasattr(gc, "mem_free") and gc.mem_free() < _TIGHT:
        drop(lambda path, _: path == "modcore.json_strict")
    kernel = Kernel(config, hidden)
    kernel.path = path
    if fallback and not broken and hidden.get("http") and exists(path + ".bad"):
        troubles.append("%s can't be read, and with it who may do what" % path)
        broken = True
    kernel.secrets_broken = broken
    kernel.logging = []
    for text in troubles:
        kernel.log.error(text)
    names = _listed(kernel, config.get("plugins", ()), "plugins")
    _uncover(names, path)
    trial = _recover(kernel)
    if fallback:
        from .manifests import names as installed

        names = [name for name in _FALLBACK if name in installed()]
        if "http_async" in names and "http_windup" in names:
            names.remove("http_windup")
        kernel.config["plugins"] = list(names)  # what is saved from now on starts them again
    modules = config.get("modules", ())
    if "safemode" in names:
        names, modules = _choose(kernel, "safemode", names, modules)
    if "log" not in names:  # which would take the lines logged so far
        kernel.logging = False
    for name in names:
        _add(kernel, name, _plugin, name)
    if isinstance(modules, dict):
        for id in modules if _listed(kernel, list(modules.values()), "modules") else ():
            path = modules[id]
            _add(kernel, id, _module, path, id)
    else:
        for path in _listed(kernel, modules, "modules"):
            _add(kernel, path, _module, path, None)
    if trial:
        kernel.add(trial)
    return kernel


def _read(path, tell):
    if not exists(path) and exists(path + GOOD):  # deleted, or hidden since a power cut
        from .journal import write_first

        write_first(path[: path.rfind("/") + 1])
    return load_file(path, tell, True)


def _read_secrets(path, tell):
    # The secrets, and whether there were some that nobody can read: what they guard must not open then.
    there = exists(path)  # a torn path.tmp alone is a first save that never came to its end
    hidden = _read(path, tell)
    if hidden or not there and not exists(path + ".good") and not exists(path + ".bad"):
        return hidden, False
    from .secrets import rescue

    return rescue(path, tell, there)


def _prepare_memory():
    """Have garbage collected before it fills the heap, and an interrupt that raises have memory to say where.

    What stays would else lie scattered between what has gone, and leave no room in one piece.
    """
    try:
        import micropython

        micropython.alloc_emergency_exception_buf(_EMERGENCY)
    except (ImportError, AttributeError):
        pass  # CPython, or a port without
    if hasattr(gc, "threshold") and gc.threshold() < 0:  # not set in boot.py
        gc.collect()
        gc.threshold((gc.mem_free() + gc.mem_alloc()) // 16)
    if not hasattr(gc, "mem_free"):
        return
    # MicroPython's table of all names doubles in one piece: 9 KB from the 1,261st name on. A device that runs has no
    # such piece, and could load nothing any more. So one is set aside while there is one; `Kernel.relieve`, or an
    # import that finds no memory, gives it back.
    if gc.mem_free() + gc.mem_alloc() >= _FOR_MANY:
        lazy.piece = bytearray(_ROOM)


def _uncover(names, path):
    # Where one of the plugins `names` is not there a power cut may have hidden it. path: of config.json.
    from .manifests import place

    try:
        for name in names:
            place(name)
    except ValueError:
        from .journal import write_first

        write_first(path[: path.rfind("/") + 1])


def _recover(kernel):
    """Finish what a power cut has interrupted of an installation; returns the module that judges it, or None."""
    from .manifests import folders

    try:
        for folder in folders():
            if ".install" in os.listdir(folder):
                from .journal import finish

                return finish(kernel)
    except OSError as error:
        kernel.log.error("plugins: what was being installed can't be finished:", error)
    return None


def _choose(kernel, plugin, names, modules):
    """Return what to start: all, or next to nothing when the device has crashed too often."""
    from .manifests import names as installed

    try:
        chosen = load("plugins.%s.boot" % plugin).choose(kernel, names, installed)
        return chosen, modules if chosen is names else ()
    except Exception as error:
        kernel.fault(None, error)
        return names, modules


def _listed(kernel, names, key):
    if isinstance(names, (list, tuple)) and all([isinstance(name, str) for name in names]):
        return names
    kernel.log.error("%s: takes a list of names" % key)
    return ()


def _add(kernel, id, make, *args):
    try:
        module = make(kernel, *args)
        if module is not None:
            kernel.add(module)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        from .diagnosis import tell

        tell(kernel, id, error)
    from .lifecycle import make_room

    make_room(_NEXT, (__name__,))


def _plugin(kernel, name):
    from .manifests import part, place

    manifest = part(name, "module", "requires", "pages")
    for need in manifest["requires"] or ():
        if place(need) != manifest["folder"][: -len(name)] + need:
            load("plugins." + need)  # it lies elsewhere, where a plain import does not look
    if manifest["module"] is None:
        return None  # a library: whoever needs it imports it
    module = getattr(load("plugins." + name), manifest["module"])()
    if manifest["pages"]:
        module.views = manifest["pages"]
    return module


def _module(kernel, path, id):
    """An instance of `package.module.Class`, or, without a class name, of the class named like the module."""
    parts = path.split(".")
    if parts[-1][:1].isupper() and parts[1:]:
        name = parts.pop()
    else:
        name = "".join([word[:1].upper() + word[1:] for word in parts[-1].split("_")])
    path = ".".join(parts)
    try:
        module = load(path)
    except ImportError as error:
        from .diagnosis import not_found

        raise not_found(path, error)
    if not hasattr(module, name):
        from .diagnosis import no_class

        raise no_class(module, path, name)
    return getattr(module, name)(id)
