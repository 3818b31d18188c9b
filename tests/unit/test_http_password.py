"""Passwords are hashed with PBKDF2-HMAC-SHA256 in slices."""

from binascii import hexlify

from plugins.http_auth.password import check_password, hash_password, is_hash, pbkdf2, rounds_for, same
from support import raises


def run(generator):
    """Return what a generator returns, and how often it gave up control."""
    slices = 0
    while True:
        try:
            assert next(generator) is None
            slices += 1
        except StopIteration as stop:
            return stop.value, slices


def test_known_vectors():
    # RFC 7914 section 11 (first 32 bytes), and well-known ones for 4096 rounds and long passwords.
    for password, salt, rounds, key in (
        (b"passwd", b"salt", 1, b"55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
        (b"password", b"salt", 1, b"120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"),
        (b"password", b"salt", 2, b"ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
        (b"password", b"salt", 4096, b"c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
    ):
        assert hexlify(run(pbkdf2(password, salt, rounds))[0]) == key


def test_a_password_longer_than_a_block_is_hashed_first():
    from hashlib import sha256

    long = b"x" * 65
    assert run(pbkdf2(long, b"s", 3)) == run(pbkdf2(sha256(long).digest(), b"s", 3))
    assert run(pbkdf2(b"x" * 64, b"s", 3)) != run(pbkdf2(long, b"s", 3))


def test_hashing_gives_up_control_again_and_again():
    _, slices = run(pbkdf2(b"secret", b"salt", 20000))
    assert slices >= 3


def test_a_hash_recognizes_its_password_only():
    kept, _ = run(hash_password("s3cret ä", 20))
    assert is_hash(kept) and kept.startswith("pbkdf2-sha256:20:")
    assert run(check_password("s3cret ä", kept))[0] is True
    for wrong in ("s3cret a", "", "S3cret ä", "s3cret ä "):
        assert run(check_password(wrong, kept))[0] is False


def test_the_same_password_has_another_hash_each_time():
    assert run(hash_password("x", 2))[0] != run(hash_password("x", 2))[0]


def test_a_broken_hash_is_named():
    for kept in ("", "secret", "md5:1:00:00", "pbkdf2-sha256:x:00:00", "pbkdf2-sha256:1:0:00"):
        assert "pbkdf2-sha256:rounds:salt:key" in str(raises(ValueError, run, check_password("x", kept)))


def test_clear_text_is_no_hash():
    assert not is_hash("secret") and not is_hash("pbkdf2-sha256:")


def test_rounds_suit_the_board_within_bounds():
    assert 1000 <= rounds_for(1) <= 600000
    assert rounds_for(10000000) == 600000


def test_same_compares_whole_strings():
    assert same(b"", b"") and same(b"abc", b"abc")
    assert not same(b"abc", b"abd") and not same(b"abc", b"ab") and not same(b"", b"a")
