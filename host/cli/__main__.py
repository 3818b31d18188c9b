"""`python3 -m host.cli`: the same as `modcore`."""

from . import main

main()
