"""micropython, for CPython: the names that code for devices imports, as far as they mean anything here."""


def const(value):
    """Return `value`: the compiler's business elsewhere."""
    return value


def native(function):
    """Return `function`."""
    return function


viper = native


def schedule(function, argument):
    """Call `function(argument)` soon: here at once, for interrupts already come between bytecodes."""
    function(argument)


def opt_level(level=None):
    """Return 0."""
    return 0


def alloc_emergency_exception_buf(size):
    """There is always memory for an exception here."""


def heap_lock():
    """The heap can't be locked here."""


def heap_unlock():
    """The heap can't be locked here."""


def kbd_intr(char):
    """Ctrl-C stays Ctrl-C."""
