"""The former name of journal.py, for what still imports it."""

from .journal import BACK as BACK
from .journal import COMMIT as COMMIT
from .journal import FOLDER as FOLDER
from .journal import TRIAL as TRIAL
from .journal import Journal as Journal
from .journal import disk_error as disk_error
from .journal import exists as exists
from .journal import make_folders as make_folders
from .journal import remove as remove
