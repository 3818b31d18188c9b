"""`make docs`: README, docs/, and the READMEs of plugins and samples as one site, to be read without a network."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .tree import HERE, ROOT

SITE = "site"
# The order in which a newcomer reads; what stands nowhere here comes under "More".
PAGES = (
    (
        "Begin",
        "README docs/tutorial docs/first-board docs/boards docs/home-assistant docs/faq docs/troubleshooting",
    ),
    (
        "Build",
        "docs/commands docs/properties docs/catalogue docs/plugins docs/install docs/board docs/firmware docs/fleet"
        " docs/security",
    ),
    ("Look up", "docs/reference docs/architecture docs/compare CONTRIBUTING CHANGELOG"),
)
_SHIM = re.compile(r'https://[^"]*/iframe-worker/shim')
_LINK = re.compile(r"(!?\[(?:[^\]\[]|\[[^\]]*\])*\])\(([^)\s]+)\)")
_STYLE = "assets/modcore.css"
# Tables of two columns say by themselves what they hold; a picture on white stays readable in the dark.
_CSS = """.md-typeset thead:not(:has(th:not(:empty))) { display: none }
.md-typeset h1, .md-typeset h2 { font-weight: 500; color: inherit }
.md-typeset img { border-radius: .3rem }
.md-typeset td img { min-width: 6rem }
"""
_SETTINGS = {
    "site_name": "modcore",
    "docs_dir": "pages",
    "site_dir": "site",
    "use_directory_urls": False,  # so that it opens from a folder, too
    "extra": {"generator": False},
    "extra_css": [_STYLE],
    "theme": {
        "name": "material",
        "font": False,
        "icon": {"logo": "material/alpha-m-box"},
        "features": ["navigation.top", "toc.follow", "content.code.copy"],
        "palette": [
            {
                "media": "(prefers-color-scheme: light)",
                "scheme": "default",
                "primary": "teal",
                "toggle": {"icon": "material/weather-night", "name": "Dark"},
            },
            {
                "media": "(prefers-color-scheme: dark)",
                "scheme": "slate",
                "primary": "teal",
                "toggle": {"icon": "material/weather-sunny", "name": "Light"},
            },
        ],
    },
    "plugins": ["search", "offline"],
    "markdown_extensions": [
        "admonition",
        "tables",
        {"pymdownx.superfences": {}},
        {"toc": {"permalink": True}},
    ],
    "validation": {
        "anchors": "warn",
        "links": {"not_found": "warn", "anchors": "warn"},
        "nav": {"omitted_files": "ignore"},
    },
}


def sources(root=ROOT):
    """{page in the site: file of the repository, a Path below `root`}, without an ending."""
    found = {}
    for path in sorted(root.glob("*.md")) + sorted((root / "docs").glob("*.md")):
        inside = path.relative_to(root).with_suffix("").as_posix()
        found["index" if inside == "README" else inside.replace("docs/", "")] = path
    for kind in ("plugins", "samples"):
        for path in sorted((root / kind).glob("**/README.md")):
            inside = path.parent.relative_to(root / kind).as_posix()
            if inside.count("/") == 0:
                found["{}/{}".format(kind, "index" if inside == "." else inside)] = path
    return found


def lay_out(folder, root=ROOT):
    """Write the pages into `folder`, their links led to where they are there; returns a line for each that is wrong."""
    pages = {path.resolve(): name for name, path in sources(root).items()}
    wrong = []
    for path, name in pages.items():
        target = folder / (name + ".md")
        target.parent.mkdir(parents=True, exist_ok=True)

        def lead(match, path=path, target=target):
            text, link = match.groups()
            if re.match(r"[a-z]+:|#", link):
                return match.group()
            place, hash, anchor = link.partition("#")
            there = (path.parent / place).resolve()
            if not there.exists():
                wrong.append("{}: {} is not there".format(path.relative_to(root), link))
                return match.group()
            if there.is_dir() and there / "README.md" in pages:
                there = there / "README.md"
            if there in pages:
                to = folder / (pages[there] + ".md")
            elif there.is_file() and there.suffix in (".svg", ".webp", ".png"):
                to = folder / there.relative_to(root)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(there), str(to))
            else:
                return text.strip("![]")  # a file of the source, which is not part of the site
            return "{}({}{}{})".format(text, os.path.relpath(str(to), str(target.parent)), hash, anchor)

        target.write_text(_LINK.sub(lead, _plain(path.read_text(encoding="utf-8"))), encoding="utf-8")
    return wrong


def _plain(text):
    # What comments say to the tests that run the blocks is not for readers.
    return re.sub(r"^<!--.*?-->\n", "", text, flags=re.M | re.S)


def navigation(root=ROOT):
    """The contents of the site, as mkdocs takes them."""
    have = sources(root)
    found = []
    for title, words in PAGES:
        names = ["index" if word == "README" else word.replace("docs/", "") for word in words.split()]
        found.append({title: [name + ".md" for name in names if have.pop(name, None)]})
    for kind in ("plugins", "samples"):
        inside = [name for name in sorted(have) if name.startswith(kind + "/")]
        titles = [name.split("/")[1].replace("index", "all") for name in inside]
        found.append({kind.capitalize(): [{title: name + ".md"} for title, name in zip(titles, inside)]})  # noqa: B905
    more = [name + ".md" for name in sorted(have) if "/" not in name]
    return found + ([{"More": more}] if more else [])


def build(target, root=ROOT):
    """Build the site into `target`; returns what is wrong, a list of lines, empty when all is well."""
    import yaml

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wrong = lay_out(place / "pages", root)
        if wrong:
            return wrong
        (place / "pages" / "assets").mkdir(exist_ok=True)
        (place / "pages" / _STYLE).write_text(_CSS, encoding="utf-8")
        settings = dict(_SETTINGS, nav=navigation(root))
        (place / "mkdocs.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
        environment = dict(os.environ, DISABLE_MKDOCS_2_WARNING="true", NO_MKDOCS_2_WARNING="true")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            lines = [line for line in done.stdout.splitlines() if line.strip()]
            return [line for line in lines if line.startswith("WARNING")] or lines
        _search_here(place / "site")
        shutil.rmtree(str(target), ignore_errors=True)
        shutil.move(str(place / "site"), str(target))
    return []


def _search_here(site):
    # What the theme would fetch, so that a page opened from a folder can be searched, lies beside it.
    shim = "assets/javascripts/search.js"
    shutil.copyfile(str(HERE / "site_search.js"), str(site / shim))
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        up = "../" * (len(path.relative_to(site).parts) - 1)
        path.write_text(_SHIM.sub(up + shim, text), encoding="utf-8")


def main():
    """Build site/; returns the exit status."""
    target = ROOT / SITE
    wrong = build(target)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print("{}/index.html".format(target))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
