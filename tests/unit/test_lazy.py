"""Code that is loaded when it is needed, and dropped when memory is short."""

import os
import sys

import modcore.lazy as lazy
from support import new_folder, on_micropython, raises, remove


class Folder:
    """A folder of Python files, first in sys.path."""

    def __enter__(self):
        self.path = new_folder()
        sys.path.insert(0, self.path)
        return self

    def __exit__(self, *error):
        sys.path.remove(self.path)
        for name in list(sys.modules):
            if name.split(".")[0] == "shelf":
                del sys.modules[name]
        remove(self.path)

    def add(self, name, text):
        at = self.path
        for folder in name.split("/")[:-1]:
            at += "/" + folder
            try:
                os.mkdir(at)
            except OSError:
                pass
        with open(self.path + "/" + name, "w") as f:
            f.write(text)


TABLED = """
from modcore.lookup import attribute
shelved = 1
_PUBLIC = {"Book": "books", "books": "books"}
def __getattr__(name):
    return attribute(__name__, _PUBLIC, name)
"""


def test_a_name_known_at_run_time_gives_the_module_itself():
    with Folder() as f:
        f.add("shelf/__init__.py", "")
        f.add("shelf/books.py", "count = 7\n")
        assert lazy.load("shelf.books").count == 7


def test_what_is_not_there_is_an_import_error_that_names_it():
    error = raises(ImportError, lazy.load, "modcore_has_no_such_module")
    assert "modcore_has_no_such_module" in str(error)


def test_a_package_finds_its_public_names_in_its_files_and_keeps_them():
    with Folder() as f:
        f.add("shelf/__init__.py", TABLED)
        f.add("shelf/books.py", "class Book:\n    pass\n")
        shelf = lazy.load("shelf")
        assert shelf.books.Book is shelf.Book
        assert "Book" in shelf.__dict__


def test_a_misspelt_name_is_refused_with_what_there_is():
    with Folder() as f:
        f.add("shelf/__init__.py", TABLED)
        f.add("shelf/books.py", "class Book:\n    pass\n")
        error = raises(AttributeError, getattr, lazy.load("shelf"), "Bok")
        assert "'shelf' has no 'Bok'" in str(error), error
        assert "Book" in str(error) and "shelved" in str(error), error
        assert "_PUBLIC" not in str(error), error


def test_relieving_drops_the_files_marked_rare_and_no_other():
    with Folder() as f:
        f.add("shelf/__init__.py", "")
        f.add("shelf/attic.py", "RARE = True\n\ndef find():\n    return 'dust'\n")
        f.add("shelf/books.py", "def find():\n    return 'book'\n")
        books = lazy.load("shelf.books")
        lazy.load("shelf.attic")
        lazy.relieve()
        assert "shelf.attic" not in sys.modules
        assert "attic" not in sys.modules["shelf"].__dict__
        assert lazy.load("shelf.books") is books


def test_what_was_dropped_comes_back_when_it_is_needed():
    with Folder() as f:
        f.add("shelf/__init__.py", "")
        f.add("shelf/attic.py", "RARE = True\n\ndef find():\n    return 'dust'\n")
        find = lazy.load("shelf.attic").find
        lazy.relieve()
        assert find() == "dust"  # who holds a function still has it
        assert lazy.load("shelf.attic").find() == "dust"


def test_the_package_tells_what_it_has():
    import modcore

    error = raises(AttributeError, getattr, modcore, "Kernl")
    assert "'modcore' has no 'Kernl'" in str(error) and "Kernel" in str(error), error
    assert modcore.plugins.names and modcore.irq_safe.Counter and modcore.RUNNING == "RUNNING"
    assert modcore.Bus is type(modcore.Kernel().bus)


@on_micropython
def test_help_at_the_prompt_does_not_crash_over_what_was_dropped():
    import modcore

    kernel = modcore.Kernel({"log": {"level": "critical"}})
    kernel.add(modcore.Module("lamp"))
    kernel.step()
    for name in "boot config declare inbox journal json_write levels manifests saving secrets topics".split():
        lazy.load("modcore." + name)
    kernel.relieve()
    kernel.end()
    for thing in (modcore, kernel, kernel.bus, kernel.modules["lamp"]):
        help(thing)  # noqa: F821 prints
