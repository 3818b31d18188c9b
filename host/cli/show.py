"""Output of the commands: tables and progress for people, JSON for programs, one line for a failure."""

import contextlib
import sys

from ..terminal import json_text, safe


class Fail(Exception):
    """A command can't do its work; the text is one line that says what to do."""


def console():
    """The rich Console for what people read."""
    from rich.console import Console

    # Not cut at the end of a line that a file or a pipe does not have.
    return Console(
        highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160
    )


def emit(found, as_json, table=None, text=None):
    """Print `found` as JSON, or else as `table` (columns, rows), or as `text`."""
    if as_json:
        print(json_text(found))
    elif table:
        _table(*table)
    elif text is not None:
        print(safe(text))


def _table(columns, rows):
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for row in rows:
        table.add_row(*[Text("" if cell is None else safe(cell, one_line=True)) for cell in row])
    console().print(table)


@contextlib.contextmanager
def progress(what, total, as_json=False):
    """A progress bar; gives a function that takes the number of bytes that are done and what is at work."""
    if as_json or not sys.stderr.isatty() or not total:
        yield lambda done, text=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    # Without markup: a device's text may hold [brackets], and must not make links of them.
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(safe(what, one_line=True), total=total)

        def tell(done, text=None):
            bar.update(task, completed=done, description=safe(text or what, one_line=True))

        yield tell


def say(text):
    """Tell people what happens, beside what a program may read."""
    print(safe(text), file=sys.stderr, flush=True)


def size(count):
    """A number of bytes for people: 12.3 KB."""
    return "{} B".format(count) if count < 1024 else "{:.1f} KB".format(count / 1024)
