"""Bearer tokens of requests."""


def bearer(request):
    """The bearer token of a request, or None: RFC 6750 section 2.1."""
    given = request.header("authorization")
    return given[7:].strip() if given and given[:7].lower() == "bearer " else None
