"""Reason phrases: RFC 9110 section 15."""

RARE = True  # for any answer but 200

_OFTEN = (
    b"201Created 204No_Content 206Partial_Content 302Found 303See_Other 304Not_Modified 400Bad_Request"
    b" 401Unauthorized 403Forbidden 404Not_Found 405Method_Not_Allowed 503Service_Unavailable "
)


def reason(status):
    """The reason phrase of a status, as bytes: `reason(404)` is b"Not Found"."""
    at = _OFTEN.find(b"%d" % status)
    if at < 0:
        from .registered_reasons import reason

        return reason(status)
    return _OFTEN[at + 3 : _OFTEN.find(b" ", at)].replace(b"_", b" ")
