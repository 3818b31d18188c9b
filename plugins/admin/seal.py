"""Sealing with a password: PBKDF2 (RFC 8018), a key stream of HMAC-SHA256 in counter mode, encrypt then MAC (RFC 2104).

MicroPython has AES on some boards only, and CPython has none; SHA-256 is on all of them.
"""

import os
from hashlib import sha256

from plugins.http_auth.password import pbkdf2, rounds_for, same

RARE = True  # only for backups

_MAGIC = b"MCS1"
_MS = 500


def seal(clear, password):
    """A generator that returns the sealed bytes: magic, rounds (4), salt (16), content, MAC (32)."""
    rounds = rounds_for(_MS)
    salt = os.urandom(16)
    key = yield from pbkdf2(password.encode(), salt, rounds)
    head = _MAGIC + rounds.to_bytes(4, "big") + salt
    hidden = _mixed(clear, hmac(key, b"stream"))
    return head + hidden + hmac(hmac(key, b"mac"), head + hidden)


def opened(box, password):
    """A generator that returns what was sealed, or None: the password is another one, or the box is broken."""
    rounds = int.from_bytes(box[4:8], "big")
    if len(box) < 56 or box[:4] != _MAGIC or rounds > 1000000:
        return None
    key = yield from pbkdf2(password.encode(), box[8:24], rounds)
    if not same(hmac(hmac(key, b"mac"), box[:-32]), box[-32:]):
        return None
    return _mixed(box[24:-32], hmac(key, b"stream"))


def _mixed(data, key):
    out = bytearray(data)
    for at in range(0, len(out), 32):
        stream = hmac(key, (at // 32).to_bytes(4, "big"))
        for i in range(min(32, len(out) - at)):
            out[at + i] ^= stream[i]
    return bytes(out)


def hmac(key, message):
    """HMAC-SHA256 of bytes: RFC 2104. key: at most 64 bytes."""
    key = key + bytes(64 - len(key))
    inner = sha256(bytes([c ^ 0x36 for c in key]))
    inner.update(message)
    outer = sha256(bytes([c ^ 0x5C for c in key]))
    outer.update(inner.digest())
    return outer.digest()
