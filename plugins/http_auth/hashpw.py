"""Makes what secrets.json keeps: `python -m plugins.http.hashpw [rounds]` hashes a password that it reads,
`python -m plugins.http.hashpw token` makes a bearer token for a machine."""

import sys

# What an ESP32 does in half a second. A PC does a hundred times as many: its own count would lock out the board.
_ROUNDS = 10000


def password(text, rounds=_ROUNDS):
    """Return what to keep of a password: `{"password": ...}` of a user."""
    from .password import hash_password

    steps = hash_password(text, rounds)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def token():
    """A new bearer token, and what to keep of it: `{"token": ...}`."""
    from binascii import hexlify
    from hashlib import sha256

    from .cookies import new_id

    text = new_id()
    return text, "sha256:" + str(hexlify(sha256(text.encode()).digest()), "ascii")


def main(arguments):
    """Print a hash, or a token and its hash."""
    if arguments == ["token"]:
        print("token for the machine: %s\nto be kept:            %s" % token())
    else:
        print("Password: ", end="")
        rounds = int(arguments[0]) if arguments else _ROUNDS
        print(password(sys.stdin.readline().rstrip("\r\n"), rounds))


if __name__ == "__main__":
    main(sys.argv[1:])
