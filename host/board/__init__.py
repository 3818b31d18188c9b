"""The virtual board: MicroPython (or CPython) in a process, and the hardware and the world around it.

    from modcore_host.board.board import Board

docs/board.md says how to use it. This file imports nothing: MicroPython loads it on its way to `world`.
"""
