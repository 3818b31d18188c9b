"""Commands about a project and the board that it runs on."""

from typing import Annotated, List, Optional

import typer

from .root import DASHES, DEVICE, JSON, JSON_LINES, app


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
    json: Annotated[bool, JSON] = False,
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
    json: Annotated[bool, JSON_LINES] = False,
):
    """Run a project on the virtual board; a change of its files starts it again."""
    from .run import run

    raise typer.Exit(run(folder, http_port, mqtt_port, broker, runtime, heap, show, json))


@app.command(epilog="Example: modcore check --write")
def check(
    folder: Annotated[str, typer.Argument(help="A project, a plugin, or a repository of plugins.")] = ".",
    write: Annotated[
        bool, typer.Option("--write", help="Bring package.json and registry.json up to date.")
    ] = False,
    json: Annotated[bool, JSON] = False,
):
    """Check manifests, imports, memory, and run the tests on CPython and MicroPython."""
    from .check_command import run

    raise typer.Exit(run(folder, write, json))


@app.command(epilog="Example: modcore deploy --dry-run")
def deploy(
    folder: Annotated[str, typer.Argument(help="The project.")] = ".",
    device: Annotated[Optional[str], DEVICE] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    config: Annotated[
        bool, typer.Option("--config", help="Replace a config.json that the device has changed.")
    ] = False,
    romfs: Annotated[
        bool, typer.Option("--romfs", help="modcore and the plugins into the board's ROM file system.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="With wlan: until the board is on its network.")] = True,
    json: Annotated[bool, JSON] = False,
):
    """Bring a project to a board on USB: what changed, compiled, verified by its hash."""
    from .deploy import deploy

    deploy(folder, device, dry_run, config, romfs, wait, json)


@app.command(epilog="Example: modcore flash ESP32_GENERIC.bin --device /dev/ttyUSB0")
def flash(
    firmware: Annotated[
        Optional[str],
        typer.Argument(help="A .bin or .uf2 from micropython.org; nothing: only look at the board."),
    ] = None,
    device: Annotated[Optional[str], DEVICE] = None,
    erase: Annotated[bool, typer.Option("--erase", help="First everything that is on an ESP.")] = False,
    drive: Annotated[Optional[str], typer.Option(help="Where the boot loader of a Pico is mounted.")] = None,
    json: Annotated[bool, JSON] = False,
):
    """Write a firmware onto a board, and check it (esptool for an ESP, a drive for a Pico)."""
    from .flash import flash

    flash(firmware, device, erase, drive, json)


@app.command(epilog="Example: modcore passwd admin")
def passwd(
    name: Annotated[str, typer.Argument(help="Of the user.")] = "admin",
    device: Annotated[Optional[str], DEVICE] = None,
    group: Annotated[
        Optional[List[str]],
        typer.Option(help="May be given again; without it those that the user has, or admin."),
    ] = None,
    json: Annotated[bool, JSON] = False,
):
    """Set a user's password on a board on USB; it is asked for, or read from standard input."""
    from .passwd import passwd

    passwd(name, device, group or [], json)


@app.command(context_settings=DASHES, epilog="Example: modcore board press 5")
def board(
    words: Annotated[
        Optional[List[str]], typer.Argument(help="What to do; nothing: all that there is.")
    ] = None,
    folder: Annotated[
        Optional[str],
        typer.Option("--folder", help="Of the project or board; without it the one that runs here."),
    ] = None,
    json: Annotated[bool, JSON] = False,
):
    """Act on the virtual board that runs: its pins, Wi-Fi, power, clock, flash."""
    from .board import board

    board(words or [], folder, json)


@app.command(epilog="Example: modcore shell --device /dev/ttyACM0")
def shell(
    device: Annotated[Optional[str], DEVICE] = None,
    json: Annotated[bool, typer.Option("--json", help="Only tell where it is, as JSON.")] = False,
):
    """Open the REPL of a board (mpremote's; Ctrl-] leaves it), or the prompt of a device on a broker."""
    from .shell import shell

    raise typer.Exit(shell(device, json))


@app.command(context_settings=DASHES, epilog="Example: modcore mpremote fs ls")
def mpremote(
    words: Annotated[Optional[List[str]], typer.Argument(help="What mpremote takes.")] = None,
    device: Annotated[Optional[str], DEVICE] = None,
):
    """Run mpremote on the board of this folder, or the one on USB."""
    from .programs import mpremote

    raise typer.Exit(mpremote(words or [], device))


@app.command(context_settings=DASHES, epilog="Example: modcore python sample.py")
def python(
    words: Annotated[List[str], typer.Argument(help="A program and its arguments, as python3 takes them.")],
):
    """Run a program on this PC that imports modcore and its plugins."""
    from .programs import python

    raise typer.Exit(python(words))


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
    json: Annotated[bool, JSON] = False,
):
    """Build a package index for mip, mpremote and devices, to be put on any web server."""
    from .index_command import index

    index(folder, tree or [], url, replace, json)
