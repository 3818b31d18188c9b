"""`make install`: the command `modcore` of this clone, for this user. It takes neither pip nor root."""

import json
import os
import shlex
import sys
from pathlib import Path

from .tree import HERE

# Not `-m`: that would look into the folder of the user first, who may have a folder of the same name there.
_SCRIPT = """#!/bin/sh
# Written by `make install`: it runs what is in the clone.
exec {python} -c {code} "$@"
"""
_CODE = (
    "import os, sys; sys.path[0] = {clone}; os.path.isdir({clone}) or sys.exit('error: the clone ' + {clone} + "
    "' is gone; `make install` in another one, or remove ' + {command}); "
    "from {package}.cli import main; sys.exit(main())"
)


def install(folder=None):
    """Write the command into `folder` (~/.local/bin); return what to tell the user, a list of lines.

    OSError: it can't be written.
    """
    folder = Path(folder or Path.home() / ".local" / "bin")
    folder.mkdir(parents=True, exist_ok=True)
    clone = HERE.parent
    command = folder / "modcore"
    if command.is_symlink():
        command.unlink()  # of pipx, in whose own folder it would write
    code = _CODE.format(clone=json.dumps(str(clone)), command=json.dumps(str(command)), package=__package__)
    command.write_text(_SCRIPT.format(python=shlex.quote(sys.executable), code=shlex.quote(code)))
    command.chmod(0o755)
    told = ["modcore is in {}; it runs what is in {}".format(folder, clone)]
    if str(folder) not in os.environ.get("PATH", "").split(os.pathsep):
        told.append(
            "this shell does not look there yet: export PATH={}:$PATH".format(shlex.quote(str(folder)))
        )
    return told


if __name__ == "__main__":
    try:
        print("\n".join(install()))
    except OSError as error:
        sys.exit("error: {}: {}".format(error.filename, error.strerror))
