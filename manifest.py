# What MicroPython's build freezes into a firmware: `make … FROZEN_MANIFEST=/path/to/modcore/manifest.py`.
# With a manifest of one's own: include("/path/to/modcore/manifest.py", plugins="http_async,mqtt"). docs/firmware.md.
import json
import os

options.defaults(plugins="all")  # or "none", or names with commas between; what these require comes along


def manifest(name):
    with open(os.path.join("plugins", name, "plugin.json"), encoding="utf-8") as stream:
        return json.load(stream)


def closure(names):
    found = []
    for name in names:
        for need in manifest(name).get("requires", ()):
            found += [other for other in closure([need]) if other not in found]
        if name not in found:
            found.append(name)
    return found


def write_manifests(names):
    """Manifests are not code, so they are frozen as the text of a module: modcore/manifests.py reads it."""
    texts = [(name, json.dumps(manifest(name), separators=(",", ":"))) for name in names]
    write("frozen_plugins.py", "MANIFESTS", "(name, manifest) of each frozen plugin", tuple(texts))


def write_pages(names):
    """Nor are the files that plugins serve, plugins/<name>/www: plugins/http_files reads them."""
    files = []
    for name in names:
        folder = "plugins/" + name + "/www"
        for file in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            with open(os.path.join(folder, file), "rb") as stream:
                files.append((folder + "/" + file, stream.read()))
    write("frozen_files.py", "FILES", "(path, content) of each file that plugins serve", tuple(files))


def write(name, variable, what, value):
    text = "# Made by manifest.py: {}.\n{} = {!r}\n".format(what, variable, value)
    os.makedirs("build", exist_ok=True)
    path = os.path.join("build", name)
    if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
    module(name, base_path="build", opt=3)


if options.plugins == "all":
    wanted = sorted(
        name for name in os.listdir("plugins") if os.path.isfile("plugins/" + name + "/plugin.json")
    )
else:
    wanted = [] if options.plugins == "none" else options.plugins.split(",")
wanted = closure(wanted)

package("modcore", opt=3)
for name in wanted:
    package("plugins/" + name, opt=3)
for library in sorted({dep[0] for name in wanted for dep in manifest(name).get("deps", ())}):
    require(library)
if wanted:
    write_manifests(wanted)
    write_pages(wanted)
