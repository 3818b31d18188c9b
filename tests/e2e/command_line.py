"""The command `modcore` as tests run it: a process for each, but with what it imports loaded once.

To import typer and the like takes four times as long as most commands. A server that has done so forks for each;
what the tests change in its surroundings (environment, folder) the fork has as a new process would.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What most commands come to import; a version without one of them does without.
_LOADED = ["typer._adapters", "jsonschema", "paho.mqtt.client", "mpremote.main"]

_server = []  # its end of a socket, and the environment that it has


def environment(**more):
    """The environment of a command that knows no device."""
    found = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("MODCORE_") or key == "MODCORE_CACHE"
    }
    return dict(found, PYTHONPATH=str(ROOT), NO_COLOR="1", **more)


def modcore(*words, cwd, status=0, **more):
    """Run `modcore`; returns what it prints, on failure the line on standard error. more: of its environment."""
    words, variables = [str(word) for word in words], environment(**more)
    if sys.platform == "linux" and variables.items() - _known(variables).items() <= {_test(variables)}:
        code, out, error = _forked(words, str(cwd), variables)
    else:
        done = subprocess.run(
            [sys.executable, "-m", "host.cli", *words],
            cwd=str(cwd),
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        code, out, error = done.returncode, done.stdout, done.stderr
    assert code == status, (code, out, error)
    return error if status else out


def _known(variables):
    # The environment in which the server has imported; it is started now if it does not run.
    if not _server:
        ours, theirs = socket.socketpair()
        command = [sys.executable, __file__, str(theirs.fileno())]
        subprocess.Popen(command, env=variables, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()
        atexit.register(ours.close)
        _server.extend((ours, variables))
    return _server[1]


def _test(variables):
    # Pytest's own, another one for each test.
    return "PYTEST_CURRENT_TEST", variables.get("PYTEST_CURRENT_TEST")


def _forked(words, cwd, variables):
    # Returns (exit status, output, errors).
    ours, theirs = socket.socketpair()
    with ours, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as error:
        with theirs:
            socket.send_fds(_server[0], [b"c"], [theirs.fileno(), out.fileno(), error.fileno()])
        ours.sendall(json.dumps([words, cwd, variables]).encode())
        ours.shutdown(socket.SHUT_WR)
        code = int(_all(ours))
        out.seek(0)
        error.seek(0)
        return code, out.read(), error.read()


def _all(sock):
    return b"".join(iter(lambda: sock.recv(65536), b""))


def serve(control):
    """Fork for each command that comes over the socket `control`, until whoever asks is gone."""
    for name in _LOADED + ["host.cli." + path.stem for path in (ROOT / "host" / "cli").glob("[a-z]*.py")]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _, files, _, _ = socket.recv_fds(control, 1, 3)
        if not files:
            return
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            _watch(*files)
        for file in files:
            os.close(file)


def _watch(asking, out, error):
    # Run a command in a process of its own and tell its exit status.
    with socket.socket(fileno=asking) as sock:
        words, cwd, variables = json.loads(_all(sock))
        child = os.fork()
        if not child:
            os.dup2(out, 1)
            os.dup2(error, 2)
            os.closerange(3, 64)
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(variables)
            sys.path[0] = cwd  # as for python -m
            _run(words)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sock.sendall(b"%d" % code)
    os._exit(0)


def _run(words):
    from host.cli import main

    sys.argv = ["modcore", *words]
    code = 1
    try:
        main()
    except SystemExit as ending:
        code = ending.code or 0
    except BaseException:
        traceback.print_exc()
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
