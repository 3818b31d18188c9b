"""History: numbers and states of the last day by the minute and of the last month by the hour, in bounded memory."""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .module import History as History
    from .series import Series as Series

__version__ = "1.0.0"
_PUBLIC = {"History": "module", "Series": "series"}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
