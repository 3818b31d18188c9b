"""new: a project or a plugin, with a test that passes at once."""

import keyword
import re
from pathlib import Path

from .show import Fail, emit

TEMPLATES = Path(__file__).parent / "templates"


def new(name, plugin, as_json):
    """Make the folder `name` from the template of a project or of a plugin."""
    target = Path(name)
    word = target.name.replace("-", "_")
    taken = ("modcore", "plugins", "host", "samples", "main", "boot", "config", "tests", "lib")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", word) or keyword.iskeyword(word) or word in taken:
        raise Fail(
            "{!r} can't be a module's name; take a word in lower case, as `modcore new garden`".format(name)
        )
    if target.exists() and any(target.iterdir() if target.is_dir() else [target]):
        raise Fail("{} is there already; choose another name".format(target))
    values = {"name": word, "Class": "".join(part.capitalize() for part in word.split("_"))}
    try:
        written = _write(target, plugin, values)
    except OSError as error:
        text = "{} can't be made ({}); choose another place"
        raise Fail(text.format(target, (error.strerror or str(error)).lower())) from None
    then = "modcore check && modcore index www" if plugin else "modcore run"
    emit(
        {"folder": str(target), "files": sorted(set(written))},
        as_json,
        text="made {} with {} files; now: cd {} && {}".format(target, len(set(written)), target, then),
    )


def _write(target, plugin, values):
    written = []
    template = TEMPLATES / ("plugin" if plugin else "project")
    for source in sorted(template.rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            path = target / _filled(source.relative_to(template).as_posix(), values)
            if path.name == "gitignore":  # with its dot no installer would bring it along
                path = path.with_name(".gitignore")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(source.read_text(encoding="utf-8"), values), encoding="utf-8")
            written.append(path.as_posix())
    if plugin:
        from ..manifest_generate import write

        written += [(target / path).as_posix() for path in write(target)]
    return written


def _filled(text, values):
    # `@name@` and `@Class@`: what Python and JSON leave alone.
    text = (
        text.removesuffix(".template") if hasattr(text, "removesuffix") else re.sub(r"\.template$", "", text)
    )
    for key, value in values.items():
        text = text.replace("@" + key + "@", value)
    return text
