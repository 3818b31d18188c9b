"""Versions are compared as semver.org says."""

from plugins.packages.rules import InstallError, parse, satisfies
from support import raises


def test_the_order_of_the_standard():
    order = (
        "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0"
    )
    versions = [parse(version) for version in (order + " 1.9.0 1.10.0 1.11.0 2.0.0 2.1.0 2.1.1").split()]
    for i in range(len(versions) - 1):
        assert versions[i] < versions[i + 1]


def test_what_was_built_does_not_count():
    assert parse("1.0.0+20130313") == parse("1.0.0+exp.sha.5114f85") == parse("1.0.0")
    assert parse("1.0.0-a-b.c-d+x-y") < parse("1.0.0")


def test_what_is_no_version():
    for text in (
        "",
        "1",
        "1.2",
        "1.2.3.4",
        "1.2.x",
        "01.2.3",
        "1.2.3-",
        "1.2.3-a..b",
        "v1.2.3",
        "-1.2.3",
        None,
        1.2,
    ):
        assert "is not a version" in str(raises(InstallError, parse, text))


def test_a_version_stands_for_what_it_did_not_break():
    for have, need in (("1.0.0", "1.0.0"), ("1.4.2", "1.2.9"), ("0.3.7", "0.3.1"), ("2.0.0", "2.0.0-rc.1")):
        assert satisfies(have, need)
    for have, need in (("1.1.9", "1.2.0"), ("2.0.0", "1.9.0"), ("0.4.0", "0.3.0"), ("1.0.0-rc.1", "1.0.0")):
        assert not satisfies(have, need)
