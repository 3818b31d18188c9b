"""Requests by httpx to devices without TLS: `plain_http.get(url)`, and as httpx has it.

httpx itself reads the certificates of all the world's authorities for each request, which takes 23 ms.
"""

import functools
import ssl

import httpx

_CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is asked by none of these
get, put, post, patch, delete, request, stream, Client = (
    functools.partial(one, verify=_CONTEXT)
    for one in (
        httpx.get,
        httpx.put,
        httpx.post,
        httpx.patch,
        httpx.delete,
        httpx.request,
        httpx.stream,
        httpx.Client,
    )
)
