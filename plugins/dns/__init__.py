"""DNS messages without I/O, and a resolver that never blocks the device."""

TYPE_CHECKING = False  # for editors and type checkers
if TYPE_CHECKING:
    from .captive import answer as answer
    from .message import NoAnswer as NoAnswer
    from .message import addresses as addresses
    from .message import is_address as is_address
    from .message import question as question
    from .resolver import Resolver as Resolver

__version__ = "1.0.0"
_PUBLIC = {
    "Resolver": "resolver",
    "NoAnswer": "message",
    "question": "message",
    "addresses": "message",
    "is_address": "message",
    "answer": "captive",
}


def __getattr__(name):
    from modcore.lookup import attribute

    return attribute(__name__, _PUBLIC, name)
