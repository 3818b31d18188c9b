"""webrepl: stands in for the real one, which needs `os.dupterm` of firmware; the board shows its state."""

import _board


def start(port=8266, password=None):
    """Listen; without a password take that of webrepl_cfg.py."""
    if password is None:
        try:
            import webrepl_cfg
        except ImportError:
            print("WebREPL is not configured, run 'import webrepl_setup'")
            return
        password = webrepl_cfg.PASS
    if not 4 <= len(password) <= 9:
        raise ValueError("password: takes 4 to 9 characters")
    _board.ask("wifi.webrepl", port)
    print("WebREPL server started on port %d" % port)


def stop():
    """Listen no longer."""
    _board.ask("wifi.webrepl", None)
