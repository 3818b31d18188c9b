"""The command line: all commands, and what becomes of a failure. What they do is in the other files of this folder."""

import os
import sys
from typing import Annotated

import typer

from . import project_commands, running_commands  # noqa: F401
from .root import app
from .show import Fail, safe


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
