"""History: numbers and states of the last day by the minute and of the last month by the hour, in bounded memory."""

from modcore.ticks import const

TYPE_CHECKING = const(0)  # for editors and type checkers
if TYPE_CHECKING:
    from .module import History as History
    from .series import Series as Series

__version__ = "1.0.0"


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, {"History": "module", "Series": "series"}, name)
