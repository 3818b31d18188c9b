"""The prompt: runs a line of Python that has come, and sends back what it prints."""

from modcore.json_strict import loads

RARE = True  # while somebody is at the prompt

_PIECE = 900  # bytes of an answer in one message
_LONGEST = 8 * _PIECE


def run(module, payload):
    """Run the code in `payload`: `{"id": 7, "code": "1 + 1"}`, or the code alone.

    Answers on `console/out`: `{"id": 7, "text": "2\\n"}` as often as needed, then `{"id": 7, "done": true}`. While it
    runs the device does nothing else. `print` and the value of an expression are sent; `kernel` is the device.
    """
    try:
        text = str(payload, "utf-8")
    except ValueError:
        return
    id = None
    try:
        order = loads(payload)
        id, text = order["id"], order["code"]
    except (ValueError, OverflowError, TypeError, KeyError):
        pass  # the code alone
    if id is not None and id == module.last:
        return  # it has come twice
    module.last = id
    out = []

    def show(*words, sep=" ", end="\n"):
        out.append(sep.join([str(word) for word in words]) + end)

    if module.names is None:
        module.names = {"kernel": module.kernel}
    module.names["print"] = show
    try:
        _evaluate(text, module.names, show)
    except BaseException as error:
        from modcore.traceback import traceback

        show(traceback(error))
    _answer(module, id, "".join(out))


def _evaluate(text, names, show):
    try:
        value = eval(text, names)
    except SyntaxError:
        exec(text, names)
        return
    if value is not None:
        names["_"] = value
        show(repr(value))


def _answer(module, id, text):
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "...\n"
    send = module.bridge.publish
    topic = module.topic("out")
    for at in range(0, len(text), _PIECE):
        send(topic, {"id": id, "text": text[at : at + _PIECE]}, False, 1)
    send(topic, {"id": id, "done": True}, False, 1)
