"""The dashboard's files as a device has them: joined, gzipped, with a hash in their names.

Sources are in plugins/dashboard/src, what is made of them in plugins/dashboard/www.
`python3 -m host.dashboard` writes it (`make generate`), `--check` only tells what is stale. Needs no node.

A source is an ES module. Those of CORE are joined to one file, so that the first view takes few requests; every
other one in src/ is a file of its own, loaded when its page is opened. Imports are written in one form only:
`import { a, b as c } from "./parts.js";`, and no two modules import each other in a circle.
"""

import gzip
import hashlib
import json
import re
import sys
from pathlib import Path

from .squeeze import squeeze

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "plugins" / "dashboard" / "src"
TARGET = ROOT / "plugins" / "dashboard" / "www"
# In order: each after what it imports.
CORE = (
    "vendor/preact.js",
    "vendor/hooks.js",
    "vendor/htm.js",
    "html.js",
    "text.js",
    "loading.js",
    "request.js",
    "live.js",
    "icons.js",
    "notices.js",
    "dialogs.js",
    "parts.js",
    "wording.js",
    "appliances.js",
    "widgets.js",
    "home.js",
    "shell.js",
)
STYLES = ("tokens.css", "app.css", "parts.css")
# What other modules' pages may import from /dashboard/parts.js.
PUBLIC = (
    "html.js",
    "text.js",
    "loading.js",
    "request.js",
    "live.js",
    "icons.js",
    "notices.js",
    "dialogs.js",
    "parts.js",
    "wording.js",
    "widgets.js",
    "shell.js",
)

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"([^"]+)";?', re.M)
_EXPORT = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.M)
_EXPORT_LIST = re.compile(r"export\s*\{([^}]*)\};?")


class SourceError(ValueError):
    """A source that this generator does not understand; the text names it."""


def build():
    """All files of www, {name: bytes before compression}."""
    files = {}
    app, exports = _join(CORE)
    app_name = _name("app.js", app)
    files[app_name] = app
    styles = _css("\n".join((SOURCE / name).read_text(encoding="utf-8") for name in STYLES))
    style_name = _name("app.css", styles)
    files[style_name] = styles
    pages = {}
    for path in sorted(SOURCE.glob("*.js")) + sorted((SOURCE / "vendor").glob("*.js")):
        if path.relative_to(SOURCE).as_posix() not in CORE:
            text = _page(path, app_name)
            pages[path.stem] = _name(path.name, text)
            files[pages[path.stem]] = text
    for path in [SOURCE / "pages.css"] + sorted((SOURCE / "vendor").glob("*.css")):
        text = _css(path.read_text(encoding="utf-8"))
        pages[path.name] = _name(path.name, text)
        files[pages[path.name]] = text
    icon = (SOURCE / "icon.svg").read_text(encoding="utf-8").strip()
    files[_name("icon.svg", icon)] = icon
    names = ", ".join(name for module in PUBLIC for name in exports[module])
    spread = ", ".join('...$m["{}"]'.format(module) for module in PUBLIC)
    files["parts.js"] = 'import $m from "./{}";\nexport const {{ {} }} = {{ {} }};\n'.format(
        app_name, names, spread
    )
    files["parts.css"] = '@import "./{}";\n'.format(style_name)
    template = (SOURCE / "index.html").read_text(encoding="utf-8")
    for path in sorted((SOURCE / "text").glob("*.json")):
        texts = json.loads(path.read_text(encoding="utf-8"))
        first = _first_texts(texts)
        rest = {key: text for key, text in texts.items() if key not in first}
        rest = "export default {};\n".format(json.dumps(rest, ensure_ascii=False, separators=(",", ":")))
        rest_name = _name("texts.{}.js".format(path.stem), rest)
        files[rest_name] = rest
        data = {"texts": first, "files": dict(pages, texts=rest_name), "language": path.stem}
        data = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        values = {
            "language": path.stem,
            "app": app_name,
            "css": style_name,
            "noscript": texts["noscript"],
            "data": data.replace("<", "\\u003c"),
        }
        files["index.{}.html".format(path.stem)] = re.sub(
            r"@(\w+)@", lambda found, values=values: values[found.group(1)], template
        )
    return {name: text.encode() for name, text in files.items()}


def _first_texts(texts):
    """The texts that the first view needs; the others come with the first page that is opened."""
    code = "".join((SOURCE / name).read_text(encoding="utf-8") for name in CORE if "/" not in name)
    words = set(re.findall(r'"([\w.]+)"', code))
    families = tuple(word for word in words if word.endswith("."))
    return {key: text for key, text in texts.items() if key in words or key.startswith(families)}


def _join(names):
    """Modules joined to one, and what each exports ({module: names})."""
    out = [
        "/*! Holds Preact (MIT) and htm (Apache-2.0), see plugins/dashboard/README.md. */",
        "const $m = {};",
    ]
    every = {}
    for name in names:
        text = _own(SOURCE / name)
        exported = {}

        def listed(found, exported=exported):
            for item in found.group(1).split(","):
                if item.strip():
                    inner, _, outer = item.strip().partition(" as ")
                    exported[outer or inner] = inner
            return ""

        text = _EXPORT_LIST.sub(listed, text)
        for found in _EXPORT.finditer(text):
            exported[found.group(1)] = found.group(1)
        text = re.sub(r"^export ((?:async )?(?:function|const|let|class))", r"\1", text, flags=re.M)
        # Minified ones say it without blanks, and preact's hooks import by the package's name.
        text = re.sub(r'import\{([^}]*)\}from"preact";', r'import { \1 } from "./vendor/preact.js";\n', text)
        text = re.sub(r"^export default", "exported.default =", text, flags=re.M)
        default = "exported.default =" in text or re.search(r"export default ", text)
        text = _IMPORT.sub(lambda found, name=name: _taken(found, every, name), text)
        if default:
            text = re.sub(r"export default ", "exported.default = ", text)
            exported = {"default": "exported.default", **exported}
            text = "const exported = {};\n" + text
        module = name.rpartition("/")[2]
        every[module] = [key for key in exported if key != "default"]
        pairs = ", ".join(
            key if key == value else "{}: {}".format(key, value) for key, value in exported.items()
        )
        out.append('(() => {{\n{}\n$m["{}"] = {{ {} }};\n}})();'.format(text.strip(), module, pairs))
    out.append("export default $m;\n")
    return "\n".join(out), every


def _taken(found, every, name):
    """An import as a look into what is there."""
    module = found.group(2).rpartition("/")[2]
    if every is not None and module not in every:
        raise SourceError("{}: imports {}, which stands after it in CORE".format(name, module))
    pairs = ", ".join(
        item.strip().replace(" as ", ": ") for item in found.group(1).split(",") if item.strip()
    )
    if every is not None:
        for item in found.group(1).split(","):
            wanted = item.strip().partition(" as ")[0]
            if wanted and wanted != "default" and wanted not in every[module]:
                raise SourceError("{}: {} exports no {}".format(name, module, wanted))
    return 'const {{ {} }} = $m["{}"];'.format(pairs, module)


def _page(path, app_name):
    """A module that is a file of its own; what it imports is in the joined file."""
    text = _own(path)
    wanted = bool(_IMPORT.search(text))
    text = _IMPORT.sub(lambda found: _taken(found, None, path.name), text)
    if path.name == "uplot.js":
        text += "\nexport default uPlot;\n"
    if path.name == "prism.js":
        # Looked at before Prism begins: it shall not touch the page by itself.
        text = (
            "self.Prism = { manual: true, disableWorkerMessageHandler: true };\n"
            + text
            + "\nexport default Prism;\n"
        )
    return ('import $m from "./{}";\n'.format(app_name) if wanted else "") + text


def _own(path):
    """A source as a browser needs it; libraries are so already, but for one."""
    text = path.read_text(encoding="utf-8")
    return squeeze(text) if path.parent.name != "vendor" or path.name == "codejar.js" else text


def _css(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").strip() + "\n"


def _name(name, text):
    stem, _, suffix = name.rpartition(".")
    return "{}-{}.{}".format(stem, hashlib.sha256(text.encode()).hexdigest()[:8], suffix)


def stale():
    """Names in www that are not as they would be made now."""
    wanted = build()
    found = []
    for name, data in wanted.items():
        path = TARGET / (name + ".gz")
        # Another zlib packs otherwise: what counts is what is inside.
        if not path.is_file() or gzip.decompress(path.read_bytes()) != data:
            found.append(path.name)
    known = {name + ".gz" for name in wanted}
    return found + [path.name for path in sorted(TARGET.glob("*")) if path.name not in known]


def write():
    """Bring www up to date; returns the names that changed."""
    changed = stale()
    if changed:
        wanted = {name + ".gz": data for name, data in build().items()}
        TARGET.mkdir(parents=True, exist_ok=True)
        for name in changed:
            if name in wanted:
                (TARGET / name).write_bytes(_packed(wanted[name]))
            else:
                (TARGET / name).unlink()
    return changed


def _packed(data):
    """Data in gzip's format, as small as can be."""
    try:
        from zopfli.gzip import compress  # 3 % less
    except ImportError:
        return gzip.compress(data, 9, mtime=0)
    return compress(data)


def main(arguments):
    """Run the command line; return the exit status."""
    if arguments == ["--check"]:
        for name in stale():
            print("plugins/dashboard/www/{} is stale; run `make generate`".format(name))
        return 1 if stale() else 0
    for name in write():
        print("plugins/dashboard/www/" + name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
