"""Passwords as PBKDF2-HMAC-SHA256 hashes, worked out in slices so that nothing else waits."""

import os
from binascii import hexlify, unhexlify
from hashlib import sha256

from plugins.http.ticks import ticks_diff, ticks_ms

RARE = True  # for a login

_BLOCK = 64  # bytes of a SHA-256 block
_CHECK = 16  # rounds between two looks at the clock
_SLICE_MS = 5  # at most so long until others may run
_LEAST = 1000  # rounds, whatever the board
_MOST = 600000  # OWASP's figure for servers: more takes a device nowhere
_SCHEME = "pbkdf2-sha256"


def pbkdf2(password, salt, rounds):
    """A generator that yields None between slices and returns the 32 bytes of the derived key.

    password, salt: bytes. Source: RFC 8018 section 5.2 with HMAC of RFC 2104.

        key = yield from pbkdf2(b"secret", salt, 20000)
    """
    if len(password) > _BLOCK:
        password = sha256(password).digest()
    password = password + bytes(_BLOCK - len(password))
    inner = bytes([c ^ 0x36 for c in password])
    outer = bytes([c ^ 0x5C for c in password])

    # HMAC is spelled out in the loop: a call would cost a tenth of the time.
    h = sha256(inner)
    h.update(salt)
    h.update(b"\0\0\0\1")
    step = h.digest()
    h = sha256(outer)
    h.update(step)
    step = h.digest()
    key = int.from_bytes(step, "big")
    start = ticks_ms()
    for i in range(1, rounds):
        h = sha256(inner)
        h.update(step)
        step = h.digest()
        h = sha256(outer)
        h.update(step)
        step = h.digest()
        key ^= int.from_bytes(step, "big")
        if not i % _CHECK and ticks_diff(ticks_ms(), start) >= _SLICE_MS:
            yield
            start = ticks_ms()
    return key.to_bytes(32, "big")


def rounds_for(ms):
    """Measure how many rounds this board does in `ms` milliseconds, within 1,000 and 600,000."""
    start = ticks_ms()
    done = 0
    while ticks_diff(ticks_ms(), start) < 10:
        for _ in pbkdf2(b"", b"", 64):
            pass
        done += 64
    return min(_MOST, max(_LEAST, done * ms // max(1, ticks_diff(ticks_ms(), start))))


def hash_password(password, rounds):
    """A generator that returns what is kept of a password (str): scheme, rounds, salt and key.

    kept = yield from hash_password("secret", rounds_for(500))
    """
    salt = os.urandom(16)
    key = yield from pbkdf2(password.encode(), salt, rounds)
    return "%s:%d:%s:%s" % (_SCHEME, rounds, str(hexlify(salt), "ascii"), str(hexlify(key), "ascii"))


def check_password(password, kept):
    """A generator that returns whether `password` is the one that `hash_password` made `kept` of.

    ValueError: `kept` is nothing that hash_password made.
    """
    try:
        scheme, rounds, salt, want = kept.split(":")
        if scheme != _SCHEME:
            raise ValueError
        rounds = int(rounds)
        salt = unhexlify(salt)
        want = unhexlify(want)
    except ValueError:
        raise ValueError("password hash: takes %s:rounds:salt:key" % _SCHEME)
    key = yield from pbkdf2(password.encode(), salt, rounds)
    return same(key, want)


def is_hash(kept):
    """Tell whether `kept` looks like a hash, rather than a password in clear."""
    return kept.startswith(_SCHEME + ":") and kept.count(":") == 3


def same(a, b):
    """Tell whether two byte strings are equal, in a time that does not tell where they differ."""
    different = len(a) ^ len(b)
    for x, y in zip(a, b):
        different |= x ^ y
    return not different
