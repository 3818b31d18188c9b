"""Set-Cookie: RFC 6265 section 4.1."""

_NAME = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def cookie(name, value, path="/", max_age=None, http_only=True, same_site="Lax", secure=False):
    """The value of a Set-Cookie line; ValueError: a character that no cookie may have.

    max_age: seconds; 0 takes the cookie back. same_site: "Strict", "Lax", "None".
    """
    if not name or name.lstrip(_NAME):
        raise ValueError("cookie name %r: takes a token" % name)
    for c in value:
        if not "!" <= c <= "~" or c in '",;\\':
            raise ValueError(
                "cookie %s: takes visible ASCII without quote, comma, semicolon, backslash" % name
            )
    text = name + "=" + value
    if path:
        if ";" in path:
            raise ValueError("cookie path %r" % path)
        text += "; Path=" + path
    if max_age is not None:
        text += "; Max-Age=%d" % max_age
    if http_only:
        text += "; HttpOnly"
    if same_site:
        text += "; SameSite=" + same_site
    if secure:
        text += "; Secure"
    return text
