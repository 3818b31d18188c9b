"""One command, from beginning to end: loaded when there is one to do."""

from modcore.timer import ANSWER_MS

from .installer import Download, Installer
from .rules import InstallError

RARE = True  # needed while plugins come or go


def work(module, action, name):
    """Generator: do `action` with the plugin `name`, told on the topics of `module`; yields milliseconds to wait."""
    module.log.info(action, name)
    module.status.value = "%s %s" % (action, name)
    module.progress.value = 0
    try:
        text = yield from _ACTIONS[action](module, name)
    except InstallError as error:
        _fail(module, action, name, str(error))
    except MemoryError as error:
        _fail(module, action, name, str(error) or "the memory is full")
    else:
        from .orders import show_list

        module.progress.value = 100
        module.status.value = text
        show_list(module)


def _fail(module, action, name, reason):
    module.log.error("%s %s: %s" % (action, name, reason))
    module.status.value = "failed: %s" % reason
    module.tell("plugins/failed", {"action": action, "name": name, "reason": reason})


def _installer(module):
    from modcore.manifests import root

    config = module.config
    index, download = config["index"], module.way
    if download:
        index = download.index
    else:
        timeout_ms = int(config["timeout_s"] * 1000)
        download = Download(timeout_ms, config["authorities"] or None, _resolver(module))
    relieve = module.kernel.relieve
    return Installer(index, root(), _progress(module), config["library"], download, relieve)


def _resolver(module):
    def resolve(host):
        if not host.strip("0123456789."):  # an address
            yield None
            return host
        from plugins.dns.resolver import Resolver

        found = []
        Resolver(module).find(host, found.append)
        while not found:
            yield 20
        return found[0][0] if found[0] else None

    return resolve


def _progress(module):
    """Return what shows the progress, in steps of five percent: every event costs."""

    def show(text, done, total):
        percent = done * 100 // total if total else 0
        if percent >= module.progress.value + 5 or not percent:
            module.progress.value = percent
            module.status.value = text

    return show


def _wait_for_trial(module):
    trial = module.kernel.modules.get("install_trial")
    if trial:
        module.status.value = "%s is on trial, then more" % ", ".join(trial.plugins())
    while "install_trial" in module.kernel.modules:
        yield 200


def _install(module, name):
    yield from _wait_for_trial(module)
    journal = yield from _installer(module).install(name, True)
    return _try_out(module, "install", name, journal)


def _update(module, name):
    yield from _wait_for_trial(module)
    journal = yield from _installer(module).update(name)
    return _try_out(module, "update", name, journal)


def _try_out(module, action, name, journal):
    if journal is None:
        text = "%s is there already" % name if action == "install" else "%s is the newest already" % name
        module.tell("plugins/done", {"action": action, "name": name, "versions": {}})
        return text
    from .trial import Trial

    versions = {one: pair[1] for one, pair in journal.data["plugins"].items()}
    module.kernel.add(Trial(journal, True))
    module.tell("plugins/done", {"action": action, "name": name, "versions": versions})
    return "%s is on trial" % ", ".join(["%s %s" % (one, versions[one]) for one in sorted(versions)])


def _remove(module, name):
    yield from _wait_for_trial(module)
    from .reload import disable, forget, put_in, running

    kernel = module.kernel
    if name == "packages":
        raise InstallError("packages does not remove itself")
    modules = running(kernel, name)
    for other in kernel.modules.values():
        if [one for one in modules if one.id in other.requires]:
            raise InstallError("%s is required by %s" % (name, other.id))
    yield ANSWER_MS  # it may be what brings the answer to this command
    # It ends in order while its files are still there: what ends may load some of them.
    for one in modules:
        kernel.remove(one.id)
    yield None
    try:
        _installer(module).remove(name)
    except (InstallError, OSError) as error:
        if modules:
            put_in(kernel, [name])
        raise InstallError("%s: %s" % (name, error) if isinstance(error, OSError) else str(error))
    forget(name)
    disable(kernel, [name])
    module.tell("plugins/done", {"action": "remove", "name": name, "versions": {name: None}})
    return "%s is removed" % name


def _search(module, word):
    found = yield from _installer(module).available()
    from modcore.manifests import installed

    have = installed("version")
    count = 0
    for name in sorted(found):
        entry = found[name]
        if word in name or word in entry.get("description", ""):
            entry["installed"] = have.get(name, {}).get("version")
            module.tell("plugins/found/" + name, entry)
            count += 1
            yield None  # one a step: the bus holds only so many
    return "%d plugins found" % count


_ACTIONS = {"install": _install, "update": _update, "remove": _remove, "search": _search}
