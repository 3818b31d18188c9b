"""Requests that may change something: by whose page, and whether there is memory to carry them out."""

import gc

RARE = True  # not for those that only read

_ROOM = 16384  # bytes; a write is not tried twice, so that it is not done twice


def admit(request):
    """Let a write pass, with memory for what it loads. HttpError 403: a page of another site caused it."""
    if request.origin is not None:
        from .origin import check_origin

        check_origin(request)
    if hasattr(gc, "mem_free") and gc.mem_free() < _ROOM:
        gc.collect()
        if gc.mem_free() < _ROOM:
            request.site.relieve()
