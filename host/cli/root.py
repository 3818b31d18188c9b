"""The command `modcore` itself, and the options that its commands share."""

import typer

from .show import Fail

app = typer.Typer(
    name="modcore",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Make, run, install and watch devices with modcore. `modcore COMMAND --help` has an example of each.",
)

JSON = typer.Option("--json", help="Print JSON, for programs.")
JSON_LINES = typer.Option("--json", help="Print a JSON object a line, for programs.")
DEVICE = typer.Option(
    "--device",
    "-d",
    envvar="MODCORE_DEVICE",
    help="A serial port, http://host, or mqtt://host/modcore/name; without it the board of `modcore run`,"
    " or the only one on USB.",
)
DEVICES = typer.Option(
    "--device", "-d", help="http://host, may be given again; without it the board that runs here."
)
TOKEN = typer.Option("--token", envvar="MODCORE_TOKEN", help="Of a user, for devices that have users.")
INDEX = typer.Option(
    "--index",
    envvar="MODCORE_INDEX",
    help="URL of a package index or registry.json, which counts before this PC.",
)
# A value may be negative, a word of another program's may begin with a dash.
DASHES = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}


def plugin_names(incomplete: str):
    """The plugins whose name begins so, for the shell's completion."""
    from .source import source

    try:
        return [name for name in sorted(source().entries()) if name.startswith(incomplete)]
    except Fail:
        return []


def topics(incomplete: str):
    """The properties whose topic begins so, for the shell's completion."""
    from . import link

    try:
        return [topic for topic in sorted(link.live(None).properties()) if topic.startswith(incomplete)]
    except Fail:
        return []
