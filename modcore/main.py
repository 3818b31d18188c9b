"""The program that a device runs."""

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
    from .boot import boot

    modcore.device = device = boot(path)
    del boot  # the name alone would keep the whole file in memory for as long as the device runs
    # What is needed when there is no memory left is loaded while there is.
    from .supervision import reserve

    if hasattr(gc, "mem_free"):
        reserve(device)

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


def _tell_address(topic, address):
    if address:
        print("%s: http://%s/" % (topic.split("/")[0], address))
