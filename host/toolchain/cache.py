"""The cache folder: where it is, one process at a time in it, and nothing half-made under a final name."""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys

# The lock is inherited by every command that `run` starts: it is free only when those have ended too,
# so that a run after a kill does not meet the package manager of the killed one.
_lock = None


class ToolchainError(Exception):
    """Something failed that may go well another time; the text is one line that says what to do."""


class Unreachable(ToolchainError):
    """There is no network, or the machine at its other end does not answer."""


class NotAvailable(ToolchainError):
    """This machine can not have the part: no such package, no such architecture."""


def cache_folder():
    """Return the absolute path of the cache folder (str)."""
    base = os.environ.get("MODCORE_CACHE")
    if not base:
        parent = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        base = os.path.join(parent, "modcore")
    return os.path.abspath(base)


def path(*parts):
    """Return a path inside the cache folder (str)."""
    return os.path.join(cache_folder(), *parts)


def say(name, text):
    """Print one line of progress."""
    print("toolchain: {}: {}".format(name, text), file=sys.stderr, flush=True)


@contextlib.contextmanager
def locked():
    """Hold the cache folder for this process; waits while another one has it."""
    global _lock
    try:
        os.makedirs(cache_folder(), exist_ok=True)
        # Opened for appending: a read-only folder fails here, with a name, not in the middle of the work.
        _lock = open(path("lock"), "a")  # noqa: SIM115
    except OSError as error:
        raise ToolchainError(
            "{}: {}; set MODCORE_CACHE to a folder that can be written".format(
                cache_folder(), error.strerror.lower()
            )
        ) from None
    try:
        try:
            fcntl.flock(_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("cache", "waiting for another run in {}".format(cache_folder()))
            fcntl.flock(_lock, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise ToolchainError(
            "{}: {}; free space or set MODCORE_CACHE to another folder".format(
                error.filename or cache_folder(), (error.strerror or str(error)).lower()
            )
        ) from None
    finally:
        _lock.close()
        _lock = None


def reset():
    """Remove what only served the making: downloads and half-made folders of killed runs."""
    for name in ("stage", "apt"):
        shutil.rmtree(path(name), ignore_errors=True)


@contextlib.contextmanager
def staged(*final):
    """Give an empty folder to fill; it takes the place of the folder `final` only when all went well."""
    target = path(*final)
    stage = path("stage", final[-1])
    shutil.rmtree(stage, ignore_errors=True)
    os.makedirs(stage)
    yield stage
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(target):
        old = stage + ".old"
        shutil.rmtree(old, ignore_errors=True)
        os.rename(target, old)
    os.rename(stage, target)


def write(file, text, mode=0o644):
    """Write the file at the path `file` (str) whole or not at all; makes its folder."""
    os.makedirs(os.path.dirname(file), exist_ok=True)
    temporary = "{}.{}.tmp".format(file, os.getpid())
    with open(temporary, "w") as stream:
        stream.write(text)
    os.chmod(temporary, mode)
    os.replace(temporary, file)


def link(name, target):
    """Make the path `name` a link to the path `target`, in place of what it was."""
    os.makedirs(os.path.dirname(name), exist_ok=True)
    temporary = "{}.{}.tmp".format(name, os.getpid())
    os.symlink(target, temporary)
    os.replace(temporary, name)


def read_stamp(name):
    """Return what `write_stamp` kept under `name`, {} when there is nothing."""
    try:
        with open(path("stamps", name + ".json")) as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return {}


def write_stamp(name, **facts):
    """Keep facts about the part `name`; they are what makes it ready."""
    write(path("stamps", name + ".json"), json.dumps(facts, sort_keys=True) + "\n")


def remove_stamp(name):
    """Forget the part `name`: it is made again."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(path("stamps", name + ".json"))


def run(command, timeout=None, **options):
    """Run a command without input; return (exit status, all that it printed as str).

    `timeout` is in seconds. Raises NotAvailable when the program is not there.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            pass_fds=(_lock.fileno(),) if _lock else (),
            **options,
        )
    except subprocess.TimeoutExpired:
        return 124, "no answer in {} s".format(timeout)
    except OSError as error:
        raise NotAvailable("{}: {}".format(command[0], error.strerror.lower())) from None
    return done.returncode, done.stdout.decode(errors="replace")
