"""new: a project or a plugin, with a test that passes at once."""

import json
import keyword
import re
import sys
import urllib.parse
from pathlib import Path

from .. import shadows
from ..board.project_settings import write_secrets
from ..manifest import plugin_folders
from ..toolchain import cache_folder
from ..tree import HERE, ROOT
from .link import check_project
from .show import Fail, emit

_BOARDS = ("esp32", "rp2")
TEMPLATES = Path(__file__).parent / "templates"


class Wishes:
    """The networks that the board of a new project is to join.

    board: "esp32", "rp2" or None for a virtual one. wifi, password: its network. broker: mqtt://[user[:password]@]host
    or "none".
    """

    def __init__(self, board=None, wifi=None, password=None, broker=None):
        if password is not None and not wifi:
            raise Fail("a Wi-Fi password needs the network's name: --wifi NAME")
        for option, value, wrong in (
            ("board", board, _wrong_board),
            ("wifi", wifi, _wrong_wifi),
            ("wifi-password", password, _wrong_password),
            ("broker", broker, _wrong_broker),
        ):
            reason = value is not None and wrong(value)
            if reason:
                raise Fail("--{} {}".format(option, reason))
        self.board, self.wifi, self.password, self.broker = board, wifi, password, broker

    def told(self):
        """Tell whether there are any."""
        return any(wish is not None for wish in (self.board, self.wifi, self.broker))

    def ask(self):
        """Ask at the terminal for what was not told; an empty answer leaves it out."""
        import getpass

        if self.told():
            return
        self.board = _answer("board: esp32, rp2, or nothing for a virtual one: ", _wrong_board)
        if self.board:
            self.wifi = _answer("name of its Wi-Fi: ", _wrong_wifi)
            if self.wifi:
                question = "its password, kept in secrets.json and not shown: "
                self.password = _answer(question, _wrong_password, getpass.getpass)
            self.broker = (
                _answer("MQTT broker, as mqtt://host, or nothing for none: ", _wrong_broker) or "none"
            )

    def fill(self, config):
        """Put them into a configuration (dict); returns the secrets (dict)."""
        secrets = {}
        if self.board or self.wifi:
            config["plugins"].insert(0, "wlan")
        if self.wifi:
            config["wlan"] = {"networks": [self.wifi]}
        if self.password:
            secrets["wlan"] = {"passwords": {self.wifi: self.password}}
        if self.broker == "none":
            config["plugins"].remove("mqtt")
            del config["mqtt"]
        elif self.broker:
            config["mqtt"], hidden = _broker(self.broker)
            if hidden:
                secrets["mqtt"] = hidden
        return secrets


def _answer(question, wrong, read=input):
    while True:
        try:
            found = read(question).strip()
        except EOFError:
            raise Fail(
                "no answer; the same without questions: modcore new NAME --board esp32 --wifi NAME"
            ) from None
        reason = found and wrong(found)
        if not reason:
            return found or None
        print(reason)


def _wrong_board(text):
    return None if text in _BOARDS else "takes one of {}, not {!r}".format(", ".join(_BOARDS), text)


def _wrong_wifi(text):
    return None if 1 <= len(text.encode()) <= 32 else "takes a name of 1 to 32 bytes, not {!r}".format(text)


def _wrong_password(text):
    return None if 8 <= len(text) <= 63 else "takes 8 to 63 characters (WPA2); an open network has none"


def _wrong_broker(text):
    try:
        _broker(text)
    except ValueError:
        return "takes mqtt://[user[:password]@]host[:port], or none; not {!r}".format(text)


def _broker(text):
    # (section, secrets) of the URL of a broker. ValueError: it is none.
    if text == "none":
        return {}, {}
    url = urllib.parse.urlsplit(text)
    if url.scheme not in ("mqtt", "mqtts") or url.path not in ("", "/") or url.query or url.fragment:
        raise ValueError(text)
    if not url.hostname or not re.fullmatch(r"[\w.:-]+", url.hostname):
        raise ValueError(text)
    section = {"host": url.hostname}
    if url.port:
        section["port"] = url.port
    if url.scheme == "mqtts":
        section["tls"] = True
    if url.username:
        section["user"] = urllib.parse.unquote(url.username)
    return section, {"password": urllib.parse.unquote(url.password)} if url.password else {}


def new(name, plugin, wishes, as_json):
    """Make the folder `name` from the template of a project or of a plugin; wishes: a Wishes."""
    target = Path(name)
    word = target.name.replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", word) or keyword.iskeyword(word):
        right = "a word in lower case, 31 characters at most, as `modcore new garden`"
        raise Fail("{!r} can't be a module's name; take {}".format(name, right))
    hides = shadows.hidden(word)
    if hides:
        raise Fail("{!r} can't be a module's name: it would hide {}; choose another".format(name, hides))
    if plugin and wishes.told():
        raise Fail(
            "a plugin has no board, Wi-Fi or broker of its own; leave --board, --wifi and --broker out"
        )
    if target.exists() and any(target.iterdir() if target.is_dir() else [target]):
        raise Fail("{} is there already; choose another name".format(target))
    if not plugin and not as_json and sys.stdin.isatty():
        wishes.ask()
    values = {"name": word, "Class": "".join(part.capitalize() for part in word.split("_"))}
    try:
        written = _write(target, plugin, values)
        if not plugin:
            written += _configure(target, wishes)
        written += _editor(target)
    except OSError as error:
        text = "{} can't be made ({}); choose another place"
        raise Fail(text.format(target, (error.strerror or str(error)).lower())) from None
    then = "modcore check && modcore index www" if plugin else "modcore run"
    if wishes.board:
        then += "; on the board itself: modcore deploy"
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


def _configure(target, wishes):
    path = target / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    before = json.dumps(config)
    secrets = wishes.fill(config)
    if json.dumps(config) != before:
        rows = ["  {}: {}".format(json.dumps(key), json.dumps(value)) for key, value in config.items()]
        path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    if not secrets:
        return []
    write_secrets(target / "secrets.json", secrets)
    return [(target / "secrets.json").as_posix()]


def write_editor(folder, as_json):
    """Write the editor's settings of the project, or the repository of plugins, in `folder`."""
    target = Path(folder)
    if not plugin_folders(target):
        check_project(target)
    written = _editor(target)
    emit({"files": written}, as_json, text="wrote " + ", ".join(written))


def _editor(target):
    """Settings that let Pyright and editors find modcore, the plugins and the modules of a board."""
    stubs = str(Path(cache_folder()) / "stubs")
    paths = list(dict.fromkeys([str(ROOT), str(HERE.parent)]))
    found = {
        "pyrightconfig.json": {"extraPaths": paths, "stubPath": stubs, "typeCheckingMode": "basic"},
        ".vscode/settings.json": {
            "python.analysis.extraPaths": paths,
            "python.analysis.stubPath": stubs,
            "python.analysis.typeCheckingMode": "basic",
        },
    }
    found["pyrightconfig.json"].update(exclude=[".device", "**/__pycache__"], reportMissingModuleSource=False)
    for name, content in found.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return [(target / name).as_posix() for name in found]


def _filled(text, values):
    # `@name@` and `@Class@`: what Python and JSON leave alone.
    text = (
        text.removesuffix(".template") if hasattr(text, "removesuffix") else re.sub(r"\.template$", "", text)
    )
    for key, value in values.items():
        text = text.replace("@" + key + "@", value)
    return text
