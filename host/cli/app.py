"""The commands, their arguments and their help; what they do is in the other files of this folder."""

import os
import sys
from typing import Annotated, List, Optional

import typer

from .show import Fail, safe

app = typer.Typer(
    name="modcore",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Make, run, install and watch devices with modcore. `modcore COMMAND --help` has an example of each.",
)

_JSON = typer.Option("--json", help="Print JSON, for programs.")
_JSON_LINES = typer.Option("--json", help="Print a JSON object a line, for programs.")
_DEVICE = typer.Option(
    "--device",
    "-d",
    envvar="MODCORE_DEVICE",
    help="A serial port, http://host, or mqtt://host/modcore/name; without it the board of `modcore run`,"
    " or the only one on USB.",
)
_DEVICES = typer.Option(
    "--device", "-d", help="http://host, may be given again; without it the board that runs here."
)
_TOKEN = typer.Option("--token", envvar="MODCORE_TOKEN", help="Of a user, for devices that have users.")
_INDEX = typer.Option(
    "--index",
    envvar="MODCORE_INDEX",
    help="URL of a package index or registry.json, which counts before this PC.",
)


def _plugins(incomplete: str):
    from .source import source

    try:
        return [name for name in sorted(source().entries()) if name.startswith(incomplete)]
    except Fail:
        return []


def _topics(incomplete: str):
    from . import link

    try:
        return [topic for topic in sorted(link.live(None).properties()) if topic.startswith(incomplete)]
    except Fail:
        return []


@app.command(epilog="Example: modcore new garden && cd garden && modcore run")
def new(
    name: Annotated[str, typer.Argument(help="The folder to make; its last part names the module.")],
    plugin: Annotated[bool, typer.Option("--plugin", help="A plugin in a repository of its own.")] = False,
    board: Annotated[
        Optional[str],
        typer.Option(help="esp32 or rp2 (a Pico W): it joins a Wi-Fi. Without it a virtual one will do."),
    ] = None,
    wifi: Annotated[Optional[str], typer.Option(help="Name of the Wi-Fi that the board is to join.")] = None,
    wifi_password: Annotated[
        Optional[str], typer.Option(envvar="MODCORE_WIFI_PASSWORD", help="Kept in secrets.json.")
    ] = None,
    broker: Annotated[
        Optional[str], typer.Option(help="mqtt://[user[:password]@]host[:port], or none.")
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Only write the editor's settings of a project that is there.")
    ] = False,
    json: Annotated[bool, _JSON] = False,
):
    """Make a project, or a plugin, with a test that passes at once. At a terminal it asks what it is not told."""
    from .new import Wishes, new, write_editor

    if editor:
        write_editor(name, json)
    else:
        new(name, plugin, Wishes(board, wifi, wifi_password, broker), json)


@app.command("run", epilog="Example: modcore run --http-port 8081")
def run_project(
    folder: Annotated[str, typer.Argument(help="The project.")] = ".",
    http_port: Annotated[Optional[int], typer.Option(help="Of the web server on this PC; 8080.")] = None,
    mqtt_port: Annotated[Optional[int], typer.Option(help="Of the broker on this PC; 1883.")] = None,
    broker: Annotated[Optional[str], typer.Option(help="mqtt://host:port of a broker that is there.")] = None,
    runtime: Annotated[Optional[str], typer.Option(help="micropython32, micropython or cpython.")] = None,
    heap: Annotated[Optional[str], typer.Option(help="The board's heap: 128K.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open its page in a browser.")] = False,
    json: Annotated[bool, _JSON_LINES] = False,
):
    """Run a project on the virtual board; a change of its files starts it again."""
    from .run import run

    raise typer.Exit(run(folder, http_port, mqtt_port, broker, runtime, heap, show, json))


@app.command(epilog="Example: modcore search time")
def search(
    word: Annotated[str, typer.Argument(help="A part of a name or a description; nothing: all.")] = "",
    index: Annotated[Optional[str], _INDEX] = None,
    json: Annotated[bool, _JSON] = False,
):
    """List the plugins that there are."""
    from .packages import search

    search(word, index, json)


@app.command(epilog="Example: modcore install mqtt --device /dev/ttyACM0")
def install(
    plugins: Annotated[List[str], typer.Argument(help="Names of plugins.", autocompletion=_plugins)],
    device: Annotated[Optional[str], _DEVICE] = None,
    index: Annotated[Optional[str], _INDEX] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    start: Annotated[
        bool, typer.Option(help="Name them in the device's config.json, so that they run.")
    ] = True,
    wait: Annotated[
        bool, typer.Option(help="Over the network: until a new version has proved itself.")
    ] = True,
    json: Annotated[bool, _JSON] = False,
):
    """Install plugins on a device, with all that they require."""
    from .packages import install

    install(plugins, device, index, token, start, wait, json)


@app.command(epilog="Example: modcore update mqtt --device http://garden.local")
def update(
    plugins: Annotated[
        Optional[List[str]], typer.Argument(help="Names; all without any.", autocompletion=_plugins)
    ] = None,
    device: Annotated[Optional[str], _DEVICE] = None,
    index: Annotated[Optional[str], _INDEX] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    wait: Annotated[
        bool, typer.Option(help="Over the network: until a new version has proved itself.")
    ] = True,
    json: Annotated[bool, _JSON] = False,
):
    """Bring plugins on a device to their newest version."""
    from .packages import update

    update(plugins or [], device, index, token, wait, json)


@app.command(epilog="Example: modcore remove mqtt")
def remove(
    plugins: Annotated[List[str], typer.Argument(help="Names of plugins.", autocompletion=_plugins)],
    device: Annotated[Optional[str], _DEVICE] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    json: Annotated[bool, _JSON] = False,
):
    """Remove plugins from a device."""
    from .packages import remove

    remove(plugins, device, token, json)


@app.command("list", epilog="Example: modcore list --json")
def show_list(
    device: Annotated[Optional[str], _DEVICE] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    json: Annotated[bool, _JSON] = False,
):
    """List what is installed on a device."""
    from .packages import show_list

    show_list(device, token, json)


@app.command(epilog="Example: modcore deploy --dry-run")
def deploy(
    folder: Annotated[str, typer.Argument(help="The project.")] = ".",
    device: Annotated[Optional[str], _DEVICE] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    config: Annotated[
        bool, typer.Option("--config", help="Replace a config.json that the device has changed.")
    ] = False,
    romfs: Annotated[
        bool, typer.Option("--romfs", help="modcore and the plugins into the board's ROM file system.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="With wlan: until the board is on its network.")] = True,
    json: Annotated[bool, _JSON] = False,
):
    """Bring a project to a board on USB: what changed, compiled, verified by its hash."""
    from .deploy import deploy

    deploy(folder, device, dry_run, config, romfs, wait, json)


@app.command(epilog="Example: modcore monitor 'valves/#'")
def monitor(
    filters: Annotated[
        Optional[List[str]], typer.Argument(help="Topics, with + and # as in MQTT; all without.")
    ] = None,
    device: Annotated[Optional[str], _DEVICE] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    count: Annotated[Optional[int], typer.Option(help="End after so many events.")] = None,
    seconds: Annotated[
        Optional[float], typer.Option(help="End after so many seconds without an event.")
    ] = None,
    json: Annotated[bool, _JSON_LINES] = False,
):
    """Show what a device publishes, as it comes."""
    from .live import monitor

    monitor(filters or [], device, token, count, seconds, json)


@app.command(epilog="Example: modcore get valves/0")
def get(
    topic: Annotated[str, typer.Argument(help="A property; all without.", autocompletion=_topics)] = "",
    device: Annotated[Optional[str], _DEVICE] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    json: Annotated[bool, _JSON] = False,
):
    """Show the value of a property, or all of them."""
    from .live import get

    get(topic, device, token, json)


# A value may be negative, a word of another program's may begin with a dash.
_DASHES = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}


@app.command("set", context_settings=_DASHES, epilog="Example: modcore set valves/0 true")
def set_value(
    topic: Annotated[str, typer.Argument(help="A property.", autocompletion=_topics)],
    value: Annotated[str, typer.Argument(help="JSON, or a plain word.")],
    device: Annotated[Optional[str], _DEVICE] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    json: Annotated[bool, _JSON] = False,
):
    """Give a property a value."""
    from .live import set_value

    set_value(topic, value, device, token, json)


@app.command(epilog="Example: modcore devices --broker mqtt://192.168.1.2; modcore devices update mqtt")
def devices(
    action: Annotated[
        Optional[str], typer.Argument(help="update: bring a plugin forward on all of them.")
    ] = None,
    plugin: Annotated[Optional[str], typer.Argument(help="Which one.", autocompletion=_plugins)] = None,
    broker: Annotated[
        Optional[str], typer.Option(envvar="MODCORE_BROKER", help="mqtt://[user:password@]host")
    ] = None,
    prefix: Annotated[str, typer.Option(help="The topic that they are below.")] = "modcore",
    wave: Annotated[
        int, typer.Option(help="How many are updated at the same time, after a first one alone.")
    ] = 5,
    json: Annotated[bool, _JSON] = False,
):
    """List all devices on a broker with version, address and state, or update a plugin on all of them."""
    from .devices import devices, update

    if action is None:
        devices(broker, prefix, json)
    elif action == "update" and plugin:
        update(broker, prefix, plugin, wave, json)
    else:
        raise Fail("devices takes nothing, or: update PLUGIN")


@app.command("broker-rules", epilog="Example: modcore broker-rules garden barn --home-assistant hass > acl")
def broker_rules(
    names: Annotated[List[str], typer.Argument(help="Devices; each one's name is its user name, too.")],
    prefix: Annotated[str, typer.Option(help="The topic that they are below.")] = "modcore",
    discovery: Annotated[str, typer.Option(help="Home Assistant's discovery prefix.")] = "homeassistant",
    home_assistant: Annotated[Optional[str], typer.Option(help="The user name of Home Assistant.")] = None,
    admin: Annotated[Optional[str], typer.Option(help="A user who may see and command everything.")] = None,
):
    """Print access rules for mosquitto (acl_file): each device reaches its own topics, and no others."""
    from .broker_rules import mosquitto

    print(mosquitto(names, prefix, discovery, home_assistant, admin), end="")


@app.command(context_settings=_DASHES, epilog="Example: modcore board press 5")
def board(
    words: Annotated[
        Optional[List[str]], typer.Argument(help="What to do; nothing: all that there is.")
    ] = None,
    folder: Annotated[
        Optional[str],
        typer.Option("--folder", help="Of the project or board; without it the one that runs here."),
    ] = None,
    json: Annotated[bool, _JSON] = False,
):
    """Act on the virtual board that runs: its pins, Wi-Fi, power, clock, flash."""
    from .board import board

    board(words or [], folder, json)


@app.command(epilog="Example: modcore logs --follow --level warning")
def logs(
    device: Annotated[Optional[List[str]], _DEVICES] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")
    ] = False,
    level: Annotated[
        Optional[str], typer.Option(help="debug, info, warning, error or critical: from that on.")
    ] = None,
    module: Annotated[Optional[str], typer.Option(help="Only what this module logs.")] = None,
    token: Annotated[Optional[str], _TOKEN] = None,
    json: Annotated[bool, _JSON_LINES] = False,
):
    """Show what devices have logged: with `log` and a web server, or with `mqtt_console` over a broker."""
    from .logs import logs

    logs(device or [], follow, level, module, token, json)


@app.command(epilog="Example: modcore flash ESP32_GENERIC.bin --device /dev/ttyUSB0")
def flash(
    firmware: Annotated[
        Optional[str],
        typer.Argument(help="A .bin or .uf2 from micropython.org; nothing: only look at the board."),
    ] = None,
    device: Annotated[Optional[str], _DEVICE] = None,
    erase: Annotated[bool, typer.Option("--erase", help="First everything that is on an ESP.")] = False,
    drive: Annotated[Optional[str], typer.Option(help="Where the boot loader of a Pico is mounted.")] = None,
    json: Annotated[bool, _JSON] = False,
):
    """Write a firmware onto a board, and check it (esptool for an ESP, a drive for a Pico)."""
    from .flash import flash

    flash(firmware, device, erase, drive, json)


@app.command(epilog="Example: modcore passwd admin")
def passwd(
    name: Annotated[str, typer.Argument(help="Of the user.")] = "admin",
    device: Annotated[Optional[str], _DEVICE] = None,
    group: Annotated[
        Optional[List[str]],
        typer.Option(help="May be given again; without it those that the user has, or admin."),
    ] = None,
    json: Annotated[bool, _JSON] = False,
):
    """Set a user's password on a board on USB; it is asked for, or read from standard input."""
    from .passwd import passwd

    passwd(name, device, group or [], json)


@app.command(context_settings=_DASHES, epilog="Example: modcore python sample.py")
def python(
    words: Annotated[List[str], typer.Argument(help="A program and its arguments, as python3 takes them.")],
):
    """Run a program on this PC that imports modcore and its plugins."""
    from .programs import python

    raise typer.Exit(python(words))


@app.command(context_settings=_DASHES, epilog="Example: modcore mpremote fs ls")
def mpremote(
    words: Annotated[Optional[List[str]], typer.Argument(help="What mpremote takes.")] = None,
    device: Annotated[Optional[str], _DEVICE] = None,
):
    """Run mpremote on the board of this folder, or the one on USB."""
    from .programs import mpremote

    raise typer.Exit(mpremote(words or [], device))


@app.command(epilog="Example: modcore shell --device /dev/ttyACM0")
def shell(
    device: Annotated[Optional[str], _DEVICE] = None,
    json: Annotated[bool, typer.Option("--json", help="Only tell where it is, as JSON.")] = False,
):
    """Open the REPL of a board (mpremote's; Ctrl-] leaves it), or the prompt of a device on a broker."""
    from .shell import shell

    raise typer.Exit(shell(device, json))


@app.command(epilog="Example: modcore index www --url https://example.org/modcore")
def index(
    folder: Annotated[str, typer.Argument(help="Where to write it; made, or brought up to date.")],
    tree: Annotated[
        Optional[List[str]], typer.Option(help="A folder with plugins/NAME; without it this one.")
    ] = None,
    url: Annotated[
        Optional[str], typer.Option(help="Where it will be served, for mip of MicroPython before 1.25.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite versions whose files have changed.")
    ] = False,
    json: Annotated[bool, _JSON] = False,
):
    """Build a package index for mip, mpremote and devices, to be put on any web server."""
    from .index_command import index

    index(folder, tree or [], url, replace, json)


@app.command(epilog="Example: modcore check --write")
def check(
    folder: Annotated[str, typer.Argument(help="A project, a plugin, or a repository of plugins.")] = ".",
    write: Annotated[
        bool, typer.Option("--write", help="Bring package.json and registry.json up to date.")
    ] = False,
    json: Annotated[bool, _JSON] = False,
):
    """Check manifests, imports, memory, and run the tests on CPython and MicroPython."""
    from .check_command import run

    raise typer.Exit(run(folder, write, json))


def _version(shown: bool):
    if shown:
        from ..manifest import kernel_version
        from ..tree import ROOT

        print("modcore {}".format(kernel_version(ROOT)))
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")
    ] = False,
):
    pass


def run_command(arguments):
    """Run the command line; returns the exit status. Click's own failures come out as exceptions."""
    command = typer.main.get_command(app)
    status = command.main(list(arguments), prog_name="modcore", standalone_mode=False)
    return status if isinstance(status, int) else 0


def run(arguments):
    """Run the command line; returns the exit status. What fails is one line on standard error."""
    try:
        return run_command(arguments)
    except Fail as error:
        print("error: {}".format(safe(error, one_line=True)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        raise
    except Exception as error:
        if type(error).__name__ == "Abort":
            return 130
        if not hasattr(error, "format_message"):
            return _unforeseen(error)
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return 0
        # A usage error of click's; the context knows which command's help has more.
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "modcore"
        text = error.format_message().strip()
        if text:
            print(
                "error: {} (see `{} --help`)".format(safe(text.rstrip("."), one_line=True), path),
                file=sys.stderr,
            )
        return getattr(error, "exit_code", 2)


def _unforeseen(error):
    """Report what no command has a better word for: a disk, a right that is missing, a mistake of ours."""
    if os.environ.get("MODCORE_TRACEBACK"):
        raise error
    if isinstance(error, OSError) and error.strerror:
        places = " -> ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
        text = "{}{}".format(places + ": " if places else "", error.strerror.lower())
    else:
        name = "{}: {}".format(type(error).__name__, error).strip().split("\n")[0]
        text = "this should not happen: {}; MODCORE_TRACEBACK=1 shows where, please report it".format(name)
    print("error: {}".format(safe(text, one_line=True)), file=sys.stderr)
    return 1
