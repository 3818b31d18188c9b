"""The place of modcore's own tree: the clone that this folder is part of, or what the installed package brings."""

from pathlib import Path

HERE = Path(__file__).resolve().parent  # this folder: host/ of a clone, modcore_host/ where pip has put it
# The folder with modcore/, plugins/ and samples/.
ROOT = HERE / "device" if (HERE / "device").is_dir() else HERE.parent
