"""`python3 -m host.toolchain [--retry] [--path] [part…]`: make the tools, or print where one is."""

import sys

from . import PARTS, ToolchainError, cache_folder, ensure, programs
from .cache import say

USAGE = """usage: python3 -m host.toolchain [--retry] [--path] [PART…]

Make what is not there yet in the cache folder ($MODCORE_CACHE, else {}).
parts: {} (all when none is named)

  --retry   try again what could not be had before
  --path    print the cache folder and make nothing
  --help    this text"""


def main(arguments):
    """Run the command line; return the exit status (int)."""
    options = [word for word in arguments if word.startswith("-")]
    names = [word for word in arguments if not word.startswith("-")]
    if "--help" in options or "-h" in options:
        print(USAGE.format(cache_folder(), ", ".join(PARTS)))
        return 0
    if "--path" in options:
        print(cache_folder())
        return 0
    try:
        unknown = [word for word in options if word != "--retry"]
        if unknown:
            raise ToolchainError("no option '{}'; see --help".format(unknown[0]))
        if "--retry" in options:
            programs.forget_failures()
        missing = ensure(*names)
    except ToolchainError as error:
        say("error", error)
        return 1
    except KeyboardInterrupt:
        say("error", "interrupted; the next run goes on from here")
        return 130
    for name, why in sorted(missing.items()):
        say(name, "not to be had: {} (--retry tries again)".format(why))
    # No failure: whoever needs such a part says so, the rest works without it.
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
