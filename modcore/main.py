"""What a device runs."""

import gc


def main(path="config.json"):
    """Run the device that `path` describes, until Ctrl-C; `modcore.device.run()` resumes it.

    When not even supervision could go on, for want of memory mostly, the device resets itself.

        modcore.main()
    """
    import modcore

    try:
        from machine import reset  # now: when it is needed there may be no memory left for it
    except ImportError:  # a PC
        reset = None
    modcore.device = device = _boot(path)
    # What is needed when there is no memory left is loaded while there is.
    from .release import end  # noqa: F401
    from .supervision import fail  # noqa: F401

    if hasattr(gc, "mem_free"):
        device.reserve()

    print("%s, modcore %s; Ctrl-C stops it and gives the prompt" % (device.name, modcore.__version__))
    for network in ("wlan", "softap"):
        device.bus.subscribe(network + "/ip", _tell_address)
    try:
        device.run()
    except BaseException as error:
        if not reset or isinstance(error, KeyboardInterrupt):
            raise
        import sys

        sys.print_exception(error)
        reset()  # its outputs must not stay as they are


def _boot(path):
    # A name in `main`, which lives as long as the device, would keep the whole file in memory.
    from .boot import boot

    return boot(path)


def _tell_address(topic, address):
    if address:
        print("%s: http://%s/" % (topic.split("/")[0], address))
