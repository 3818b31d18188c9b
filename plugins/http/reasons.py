"""Reason phrases: RFC 9110 section 15."""

_REASONS = (
    b"100Continue 101Switching_Protocols 200OK 201Created 202Accepted 204No_Content 206Partial_Content "
    b"301Moved_Permanently 302Found 303See_Other 304Not_Modified 307Temporary_Redirect 308Permanent_Redirect "
    b"400Bad_Request 401Unauthorized 403Forbidden 404Not_Found 405Method_Not_Allowed 408Request_Timeout "
    b"409Conflict 411Length_Required 412Precondition_Failed 413Content_Too_Large 414URI_Too_Long "
    b"415Unsupported_Media_Type 416Range_Not_Satisfiable 417Expectation_Failed 422Unprocessable_Content "
    b"426Upgrade_Required 429Too_Many_Requests 431Request_Header_Fields_Too_Large 500Internal_Server_Error "
    b"501Not_Implemented 503Service_Unavailable 505HTTP_Version_Not_Supported "
)


def reason(status):
    """The reason phrase of a status, as bytes; empty for one that has no name here."""
    at = _REASONS.find(b"%d" % status)
    return _REASONS[at + 3 : _REASONS.find(b" ", at)].replace(b"_", b" ") if at >= 0 else b""
