"""The MQTT broker of `make run`: `python3 -m host.broker 1883` serves until its standard input ends.

Prints `ready` when it listens; one line on standard error and exit status 1 when it can't.
"""

import asyncio
import logging
import sys


async def serve(port, host="127.0.0.1"):
    """Serve everybody on `host` and `port` (int) until standard input ends. Raises amqtt's BrokerError."""
    import amqtt

    config = {"listeners": {"default": {"type": "tcp", "bind": "{}:{}".format(host, port)}}}
    if amqtt.__version__.startswith("0.10."):
        # Of its ways to let everybody subscribe the only one that works.
        config["topic-check"] = {"enabled": True, "plugins": ["topic_taboo"]}
        config["auth"] = {"allow-anonymous": True, "plugins": ["auth_anonymous"]}
    else:
        config["plugins"] = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    broker = _broker(config)
    await broker.start()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await broker.shutdown()


def _broker(config):
    from amqtt.broker import Broker

    class Strict(Broker):
        # amqtt sends a client that connects what others have subscribed to.
        async def _publish_retained_messages_for_subscription(self, subscription, session):
            subscribers = [other for other, _ in self._subscriptions.get(subscription[0], ())]
            if any(other.client_id == session.client_id for other in subscribers):
                await super()._publish_retained_messages_for_subscription(subscription, session)

    return Strict(config)


def main(arguments):
    """Run the command line; return the exit status."""
    logging.basicConfig(level=logging.CRITICAL)
    try:
        asyncio.run(serve(int(arguments[0])))
    except KeyboardInterrupt:
        pass
    except Exception as error:
        cause = error
        while cause.__cause__ or cause.__context__:
            cause = cause.__cause__ or cause.__context__
        print("{}: {}".format(type(cause).__name__, cause), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
