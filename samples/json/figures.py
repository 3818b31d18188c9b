"""JSON in and out: curl -d '[3, 4, 8]' http://127.0.0.1:8080/mean"""

from modcore import Module
from plugins.http import HttpError, Router

web = Router()


@web.post("/mean")
def mean(request):
    numbers = request.json  # broken JSON is answered with 400 before this line
    if not isinstance(numbers, list) or not numbers or not all([_is_number(n) for n in numbers]):
        raise HttpError(400, {"error": "takes a list of numbers", "example": [3, 4, 8]})
    return {"mean": sum(numbers) / len(numbers), "of": len(numbers)}


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Figures(Module):
    """One calculation."""

    routes = web
