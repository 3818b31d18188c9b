"""Everything about a project or plugins that can be checked before a device has to: `modcore check`."""

import contextlib
from pathlib import Path

from . import check_claims, check_heap, check_manifest, check_tests, manifest_generate, shadows, toolchain
from .board.project_settings import read
from .manifest import KERNEL, ManifestError, Package, fits, plugin_folders, read_all, type_names
from .tree import ROOT


def check(folder, write=False, told=None):
    """Check the project, the plugin or the repository of plugins in `folder`.

    write: bring generated files up to date first. told(result): called with each result as it comes.
    Returns [{"check": what, "ok": bool, "detail": str}]. ManifestError: there is nothing to check.
    """
    folder = Path(folder).resolve()
    results = []

    def add(what, problems, detail=""):
        found = [{"check": what, "ok": False, "detail": str(problem)} for problem in problems]
        for result in found or [{"check": what, "ok": True, "detail": detail}]:
            results.append(result)
            if told:
                told(result)

    plugins = plugin_folders(folder)
    project = (folder / "config.json").is_file()
    if not plugins and not project:
        text = "{}: nothing to check: no config.json, no plugins/NAME/plugin.json"
        above = next((place for place in folder.parents if (place / "config.json").is_file()), None)
        raise ManifestError(text.format(folder) + ("; a project is in {}".format(above) if above else ""))
    try:
        toolchain.ensure("micropython", "micropython32", "lib")
    except toolchain.ToolchainError as error:
        add("MicroPython", [error])
    if project:
        problems = _configuration(folder)
        add("configuration", problems)
        if not problems:
            _check_project(folder, add)
    if plugins:
        problems = check_manifest.check_tree(folder, _others(folder))
        add("manifests", problems, "1 plugin" if len(plugins) == 1 else "{} plugins".format(len(plugins)))
        if not problems:
            _check_generated(folder, project, write, add)
            _check_heap(folder, add)
    _check_tests(folder, add)
    return results


def _others(folder):
    """The plugins that came with modcore, which those of another repository may require."""
    return {} if folder == ROOT else read_all(ROOT)


def _check_generated(folder, project, write, add):
    if project and not (folder / "registry.json").exists() and not write:
        return  # plugins of one project, not to be published
    if write:
        changed = manifest_generate.write(folder)
        add("generated files", [], "wrote " + ", ".join(map(str, changed)) if changed else "up to date")
    else:
        stale = manifest_generate.stale(folder)
        add(
            "generated files",
            ["{} is stale; `modcore check --write`".format(path) for path in stale],
            "up to date",
        )


def _check_project(folder, add):
    if not check_heap.runtime():
        add("start on a board", [], "not tried: no MicroPython here")
        return
    found = check_heap.measure_project(
        folder, dict(_others(folder), **read_all(folder)), Package.kernel(ROOT)
    )
    if isinstance(found, str):
        add("start on a board", [found])
        return
    failed = ["{}: {}".format(id, found["failed"][id]) for id in sorted(found["failed"])]
    config = read(folder / "config.json") or {}
    for name in found.get("unread", ()):
        place = "config.json" if name.partition(".")[0] in config else "secrets.json"
        failed.append(
            "{}: {}: nobody reads this; a wrong name, or a plugin that is not in the list".format(place, name)
        )
    add("start on a board", failed, "{:.1f} KB of heap{}".format(found["bytes"] / 1024, _on_64_bits()))


def _on_64_bits():
    # Pointers are twice as large there, text and bytecode are not.
    return "" if check_heap.runtime() == "micropython32" else " on 64 bits, up to twice what a board takes"


def _check_heap(folder, add):
    own = read_all(folder)
    if not check_heap.runtime():
        for name in sorted(own):
            add("heap of " + name, [], "not measured: no MicroPython here")
        return
    most = 1 if check_heap.runtime() == "micropython32" else 2
    packages = dict(_others(folder), **own)
    kernel = Package.kernel(ROOT if not (folder / KERNEL).is_dir() else folder)
    for name in sorted(own):
        declared = own[name].manifest["minimum"]["heap"]
        taken = check_heap.measure(name, packages, kernel)
        if isinstance(taken, str):
            add("heap of " + name, [taken])
        elif taken > declared * most:
            text = "takes {} bytes{}, plugin.json promises {} (minimum/heap)"
            add("heap of " + name, [text.format(taken, _on_64_bits(), declared)])
        else:
            add("heap of " + name, [], "{} of {} bytes{}".format(taken, declared, _on_64_bits()))


def _configuration(folder):
    from .board.firmware import BoardError
    from .board.layout import check as check_config

    try:
        config = check_config(folder / "config.json")
    except BoardError as error:
        return [str(error)]
    problems = []
    have = set(_others(folder)) | {path.name for path in plugin_folders(folder)}
    for name in config.get("plugins", []):
        if name not in have:
            problems.append("config.json: no plugin {!r}; have {}".format(name, ", ".join(sorted(have))))
    packages = _others(folder)
    with contextlib.suppress(ManifestError):  # that is told elsewhere
        packages.update(read_all(folder))
    for name in config.get("plugins", []):
        if name in packages:
            problems += _section(packages[name], config)
    modules = config.get("modules", [])
    for path in modules.values() if isinstance(modules, dict) else modules:
        parts = path.split(".")
        if parts[-1][:1].isupper():
            parts.pop()
        file = folder.joinpath(*parts)
        if not file.with_suffix(".py").is_file() and not (file / "__init__.py").is_file():
            have = ", ".join(
                sorted(path.stem for path in folder.glob("*.py") if path.stem not in ("main", "boot"))
            )
            problems.append("config.json: modules: no file for {!r}; have {}".format(path, have or "none"))
    if read(folder / "secrets.json") is None:
        problems.append("secrets.json: is not a JSON object; mend it")
    return problems + shadows.in_project(folder, config)


def _section(package, config):
    """Return what a plugin's section of the configuration has and its manifest does not know, as lines."""
    known = package.manifest["config"]
    id = check_claims.module_id(package)
    name = id if isinstance(config.get(id), dict) else package.name
    section = config.get(name)
    problems = []
    for key in sorted(section) if isinstance(section, dict) else ():
        where = "config.json: {}: ".format(name)
        if key not in known:
            have = ", ".join(sorted(known)) or "none"
            problems.append(where + "no key {!r}; have {}".format(key, have))
        elif not fits(section[key], known[key]["type"]) and section[key] != known[key]["default"]:
            types = type_names(known[key]["type"])
            problems.append(where + "{} takes a value of type {}, not {!r}".format(key, types, section[key]))
    return problems


def _check_tests(folder, add):
    files = check_tests.tests_of(folder)
    if not files:
        add("tests", [], "none: there is no tests/test_*.py")
    for runtime in check_tests.RUNTIMES if files else ():
        if runtime not in check_tests.runtimes():
            add(
                "tests on " + runtime,
                [],
                "not run: {}".format(toolchain.missing(runtime) or "it is not here"),
            )
            continue
        results = check_tests.run(folder, runtime)
        failed = ["{}: {}\n{}".format(file, test, trace.rstrip()) for file, test, trace in results if trace]
        add("tests on " + runtime, failed, "{} passed".format(len(results)))
