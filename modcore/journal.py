"""Exchanges folders so that power lost at any moment leaves the old or the new ones, whole.

Everything happens in `plugins/.install`: new versions are made ready in `new/`, and only when all of them
are whole a journal names the renames that take them in; the former versions wait in `old/` until the new
ones have proved themselves. Without a journal whatever is in that folder is rubbish.

A plugin is a folder, and is renamed. A single file of a library stands beside `plugins` and the kernel: its former
version is copied, for a rename out of that folder may hide its neighbours when power is lost (see `write_first`).
"""

import os

from .ticks import const

FOLDER = "plugins/.install"
_MAX_BOOTS = const(2)
_PIECE = const(512)  # bytes that are copied at a time

# The states of a journal.
COMMIT = "commit"  # the renames are under way, and go on after a power cut
TRIAL = "trial"  # the new versions are in place, the former ones still there
BACK = "back"  # the former ones are being put back


def recover():
    """Finish an exchange of plugins that a power cut has interrupted; `modcore.main()` calls it first.

    A program of its own, without `modcore.main()`, calls it before plugins are imported. Returns the Journal of
    an exchange that is on trial, or that was just given up; mostly None.
    """
    from .manifests import above, folders

    for folder in folders():
        if exists(folder + "/.install"):
            write_first(folder + "/.install")
            journal = Journal(above(folder))
            if journal.recover():
                return journal
    return None


def finish(kernel):
    """Do what `recover` does when a device boots; returns the module that judges the new versions, or None."""
    from .lazy import load
    from .manifests import names

    journal = recover()
    if journal is None:
        return None
    if "packages" not in names():
        # It came over USB: nobody on the device can judge it.
        journal.accept()
        return None
    try:
        return load("plugins.packages.trial").Trial(journal)
    except Exception as error:  # what judges is itself new, and does not even load
        kernel.fault(None, error)
        journal.back()
    return None


def write_first(folder):
    """Write something into `folder` ("" is the current one), so that what is read next is right.

    After power was lost inside a rename from one folder to another, LittleFS from 2.11 on (MicroPython 1.26) hides
    what follows the renamed entry in its former folder, until the first write anywhere.
    """
    path = folder + "/mounted" if folder and folder[-1] != "/" else folder + "mounted"
    try:
        with open(path, "w") as f:
            f.write("1")
        os.remove(path)
    except OSError:
        pass  # a full disk: what follows says so if it matters


class Journal:
    """Return what is being exchanged under `root`, the folder that holds `plugins` ("" is the current one).

    data: {"state": …, "moves": [[new, place, old or None], …], "plugins": {name: [old version or None, new
    version]}, "enable": names to be added to the configuration, "boots": n}; None when nothing is.
    """

    def __init__(self, root):
        self.prefix = root + "/" if root and root[-1] != "/" else root
        self.folder = self.prefix + FOLDER
        self.data = None

    def path(self, inside):
        """The path of something under the root."""
        return self.prefix + inside

    def load(self):
        """Read the journal; returns its data or None."""
        from .json_files import parse

        self.data = None
        # Where renaming over a file is not a single step the copy may be all that there is.
        for name in ("/journal", "/journal.tmp"):
            try:
                with open(self.folder + name) as f:
                    found = parse(f.read())
                if isinstance(found, dict) and found.get("state") in (COMMIT, TRIAL, BACK):
                    self.data = found
                    break
            except (OSError, ValueError):
                pass
        return self.data

    def save(self):
        """Write the journal, whole or not at all."""
        from .json_files import save

        save(self.folder + "/journal", self.data)

    def recover(self):
        """Finish what a power cut has interrupted; called at boot, when the folder is there.

        Returns the data of a trial that goes on or that was just given up (`state` is BACK then), else None.
        """
        data = self.load()
        if data is None:
            self.clean()
            return None
        if data["state"] == COMMIT:
            self._forward()
        elif data["state"] == TRIAL:
            data["boots"] = data.get("boots", 0) + 1
            if data["boots"] <= _MAX_BOOTS:
                self.save()
            else:
                data["reason"] = "the device restarted again and again in its first minute"
                self.back()
        else:
            self.back()
        return data

    def exchange(self, moves, plugins, enable=()):
        """Take in what is ready in `new/`. From here on a power cut leaves the new versions, on trial."""
        from .manifests import is_folder

        for _, place, old in moves:
            make_folders(self.path(place))
            if old:
                make_folders(self.path(old))
                if not is_folder(self.path(place)):
                    copy(self.path(place), self.path(old))
        self.data = {"state": COMMIT, "moves": moves, "plugins": plugins, "enable": list(enable), "boots": 0}
        self.save()
        self._forward()

    def back(self):
        """Put the former versions back, for good."""
        from .manifests import is_folder

        self.data["state"] = BACK
        self.save()
        for new, place, old in self.data["moves"]:
            new, place = self.path(new), self.path(place)
            if old is None:
                if exists(place) and not exists(new):
                    if is_folder(place):
                        os.rename(place, new)
                    else:
                        os.remove(place)
            elif exists(self.path(old)):
                if is_folder(place):
                    make_folders(new)
                    os.rename(place, new)
                put(self.path(old), place)
        self.accept()

    def accept(self):
        """Keep what is in place now, for good."""
        for name in ("/journal.tmp", "/journal"):
            if exists(self.folder + name):
                os.remove(self.folder + name)
        self.clean()

    def clean(self):
        """Remove the folder with all that is in it."""
        if exists(self.folder):
            remove(self.folder)
            try:
                os.rmdir(self.path("plugins"))
            except OSError:
                pass  # there are some

    def _forward(self):
        from .manifests import is_folder

        for new, place, old in self.data["moves"]:
            new, place = self.path(new), self.path(place)
            if exists(new):
                if old and is_folder(place):
                    os.rename(place, self.path(old))
                put(new, place)
        self.data["state"] = TRIAL
        self.save()


def disk_error(error):
    """Words for an OSError of the file system."""
    import errno

    if error.args and error.args[0] == getattr(errno, "ENOSPC", 28):
        return "the disk is full"
    return "the disk can't be written: %s" % error


def exists(path):
    """Tell whether there is something at `path`."""
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def copy(source, target):
    """Copy a file. OSError: it can't be read or written."""
    with open(source, "rb") as reading, open(target, "wb") as writing:
        piece = reading.read(_PIECE)
        while piece:
            writing.write(piece)
            piece = reading.read(_PIECE)


def put(new, place):
    """Rename a file or folder, in place of a file that is there."""
    try:
        os.rename(new, place)
    except OSError:
        if not exists(place):
            raise
        os.remove(place)  # FAT does not rename over a file
        os.rename(new, place)


def make_folders(path):
    """Make the folders above `path` that are missing."""
    at = path.find("/", 1)
    while at > 0:
        if not exists(path[:at]):
            os.mkdir(path[:at])
        at = path.find("/", at + 1)


def remove(path):
    """Remove a file, or a folder with all that is in it."""
    try:
        names = os.listdir(path) if os.stat(path)[0] & 0x4000 else None
    except OSError:
        return
    if names is None:
        os.remove(path)
        return
    for name in names:
        remove(path + "/" + name)
    os.rmdir(path)
