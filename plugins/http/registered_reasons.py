"""The reason phrases of IANA's registry of status codes that a device rarely sends."""

RARE = True  # for an answer that is out of the ordinary

_REASONS = (
    b"100Continue 101Switching_Protocols 102Processing 103Early_Hints 104Upload_Resumption_Supported 200OK"
    b" 201Created 202Accepted 203Non-Authoritative_Information 204No_Content 205Reset_Content 206Partial_Content"
    b" 207Multi-Status 208Already_Reported 226IM_Used 300Multiple_Choices 301Moved_Permanently 302Found"
    b" 303See_Other 304Not_Modified 305Use_Proxy 307Temporary_Redirect 308Permanent_Redirect 400Bad_Request"
    b" 401Unauthorized 402Payment_Required 403Forbidden 404Not_Found 405Method_Not_Allowed 406Not_Acceptable"
    b" 407Proxy_Authentication_Required 408Request_Timeout 409Conflict 410Gone 411Length_Required"
    b" 412Precondition_Failed 413Content_Too_Large 414URI_Too_Long 415Unsupported_Media_Type"
    b" 416Range_Not_Satisfiable 417Expectation_Failed 418I'm_a_teapot 421Misdirected_Request"
    b" 422Unprocessable_Content 423Locked 424Failed_Dependency 425Too_Early 426Upgrade_Required"
    b" 428Precondition_Required 429Too_Many_Requests 431Request_Header_Fields_Too_Large"
    b" 451Unavailable_For_Legal_Reasons 500Internal_Server_Error 501Not_Implemented 502Bad_Gateway"
    b" 503Service_Unavailable 504Gateway_Timeout 505HTTP_Version_Not_Supported 506Variant_Also_Negotiates"
    b" 507Insufficient_Storage 508Loop_Detected 510Not_Extended 511Network_Authentication_Required "
)
_CLASSES = (b"Informational", b"Success", b"Redirection", b"Client Error", b"Server Error")


def reason(status):
    """The reason phrase of a status, as bytes; of one that nobody has registered that of its class."""
    at = _REASONS.find(b"%d" % status)
    if at < 0:
        return _CLASSES[min(status, 599) // 100 - 1]
    return _REASONS[at + 3 : _REASONS.find(b" ", at)].replace(b"_", b" ")
