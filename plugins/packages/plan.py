"""Plan of an installation, worked out before a byte is written: which plugins, which files."""

import gc
import sys

from .entries import check_entry, check_files, check_library_path, check_path
from .registry import read
from .rules import InstallError, parse, satisfies

RARE = True  # needed while something is installed

# Keys of entries that planning has no use for.
_UNUSED = (
    "config",
    "events",
    "description",
    "size",
    "author",
    "license",
    "homepage",
    "urls",
    "caption",
    "optional",
)


def make(plan, name, have):
    """Generator: work out how to bring `name`. have: the manifests of what is installed, by name.

    plan: a Plan, which says what it has then. InstallError: it can't be, and why; nothing has been written.
    """
    gc.collect()
    plan.have = have
    plan.wanted.append(name)
    if plan.version:
        from .pinned import find

        yield from find(plan, name)
    before = -1
    # Once is enough where every plugin stands before what it requires, as in registries that we make.
    while _is_open(plan) and len(plan.entries) + len(plan.carried) != before:
        before = len(plan.entries) + len(plan.carried)
        plan.names = []
        for url in plan.urls:
            yield from _read(plan, url)
    _choose(plan, name, ())
    if not plan.order:
        return
    _check_kernel(plan)
    _check_dependents(plan)
    _check_heap(plan, name)
    plan.versions = {chosen: plan.entries[chosen]["version"] for chosen in plan.order}
    for chosen in plan.order:
        _add_files(plan.entries.pop(chosen), check_path, "plugins/" + chosen, plan.files)
    for dep, entry in plan.carried.items():
        plan.libraries += _add_files(entry, check_library_path, dep, plan.files)
    for dep in plan.deps:
        if dep not in plan.carried:
            from .library import find_library

            yield from find_library(plan, dep, plan.deps[dep])


def _is_open(plan):
    return len(plan.entries) < len(plan.wanted) or len(plan.carried) < len(plan.deps)


def _read(plan, url):
    here = []

    def on_entry(key, entry):
        name = entry.get("name")
        if not isinstance(name, str):
            return
        if key == "plugins":
            if name in here:
                raise InstallError("names %r twice" % name)
            here.append(name)
            if name in plan.wanted and name not in plan.entries and _fits(plan, entry):
                take(plan, entry)
                entry["from"] = url
                fresh.append(entry)
        elif key == "libraries" and name in plan.deps and name not in plan.carried:
            entry["from"] = url
            plan.carried[name] = entry
            fresh.append(entry)

    def wanted(name):
        return name in plan.wanted and name not in plan.entries or name in plan.deps

    fresh = []
    bytecode = getattr(sys.implementation, "_mpy", 0) & 0xFF == 6
    scanner = yield from read(plan.download, url, on_entry, _UNUSED, wanted, bytecode)
    for entry in fresh:
        entry["index"] = scanner.top.get("layout") == "index"
    plan.names += here


def _fits(plan, entry):
    """Tell whether an entry has the version that is asked for."""
    return not plan.version or entry["name"] != plan.wanted[0] or entry.get("version") == plan.version


def take(plan, entry):
    """Keep the entry of a plugin that is wanted, and want what it needs. InstallError: it is broken."""
    name = check_entry(entry)["name"]
    plan.entries[name] = entry
    for need in entry["requires"]:
        if not _is_there(plan, need, entry["minimum"].get(need)):
            _want(plan, need)
    if _is_new(plan, name):
        for dep, version in entry["deps"]:
            from .library import have_library

            if not have_library(dep):
                plan.deps[dep] = version


def _want(plan, name):
    if name not in plan.wanted:
        plan.wanted.append(name)


def _is_there(plan, name, lowest):
    have = plan.have.get(name)
    if not have or "error" in have:
        return False
    return not lowest or satisfies(have["version"], lowest)


def _is_new(plan, name):
    have = plan.have.get(name)
    if not have or "error" in have:
        return True
    if plan.version and name == plan.wanted[0]:  # may also be an older one
        return plan.version != have["version"]
    return parse(plan.entries[name]["version"]) > parse(have["version"])


def _choose(plan, name, trail):
    if name in plan.order:
        return
    if name in trail:
        raise InstallError("requires: cycle %s -> %s" % (" -> ".join(trail[trail.index(name) :]), name))
    if name not in plan.entries:
        wanted = "%s requires %r, which" % (trail[-1], name) if trail else "%r" % name
        if plan.version and not trail:
            wanted = "%r in version %s" % (name, plan.version)
        known = ", ".join(sorted(plan.names)) or "none"
        raise InstallError("%s is in no registry; have %s" % (wanted, known))
    entry = plan.entries[name]
    for need in entry["requires"]:
        lowest = entry["minimum"].get(need)
        if not _is_there(plan, need, lowest):
            _choose(plan, need, trail + (name,))
            version = plan.entries[need]["version"]
            if lowest and not satisfies(version, lowest):
                raise InstallError("%s needs %s %s, the registry has %s" % (name, need, lowest, version))
    if _is_new(plan, name):
        plan.order.append(name)


def _check_kernel(plan):
    from modcore import __version__

    for name in plan.order:
        entry = plan.entries[name]
        lowest = entry["minimum"].get("modcore")
        if lowest and not satisfies(__version__, lowest):
            text = "%s %s needs modcore %s, this is %s"
            raise InstallError(text % (name, entry["version"], lowest, __version__))


def _check_dependents(plan):
    for other in sorted(plan.have):
        minimum = plan.have[other].get("minimum") or {}
        for name in plan.order:
            version = plan.entries[name]["version"]
            if other not in plan.order and name in minimum and not satisfies(version, minimum[name]):
                raise InstallError("%s needs %s %s, not %s" % (other, name, minimum[name], version))


def _check_heap(plan, first):
    if not hasattr(gc, "mem_free"):
        return
    need = 0
    for name in plan.order:
        need += plan.entries[name]["minimum"].get("heap", 0)
        if "plugins." + name in sys.modules and name in plan.have:  # what it gives back
            need -= (plan.have[name].get("minimum") or {}).get("heap", 0)
    gc.collect()
    if need > gc.mem_free():
        raise InstallError("%s needs %d bytes of heap, %d are free" % (first, need, gc.mem_free()))


def _add_files(entry, check, base, plan_files):
    files = entry.get("pinned")  # which have passed already
    if files is None:
        files = entry.get("files")
        check_files(entry["name"], files, check, base)
    folder = entry["from"].rpartition("/")[0]
    for path, size, digest in files:
        plan_files.append((address(folder, entry["index"], path, digest), path, size, digest))
    return [file[0] for file in files]


def address(base, index, path, digest):
    return "%s/file/%s/%s" % (base, digest[:2], digest[:8]) if index else base + "/" + path
