"""A relay for datagrams: what comes in goes to one peer, its answers go back to where they belong."""

import asyncio

_MAX_SENDERS = 16


class DatagramRelay(asyncio.DatagramProtocol):
    """The board's side. passes() -> bool: tells whether a packet gets through; called with each one."""

    def __init__(self, loop, host, port, passes):
        self._loop = loop
        self._peer = (host, port)
        self.passes = passes
        self._ways = {}  # sender -> task of the _Way to the peer
        self.transport = None

    def connection_made(self, transport):
        """Note where the board is."""
        self.transport = transport

    def datagram_received(self, data, sender):
        """Take a packet of the board's."""
        if not self.passes():
            return
        if sender not in self._ways:
            if len(self._ways) >= _MAX_SENDERS:
                self._drop(next(iter(self._ways)))
            self._ways[sender] = self._loop.create_task(self._open(sender))
        self._ways[sender].add_done_callback(lambda task: self._send(task, data))

    async def _open(self, sender):
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: _Way(self, sender), remote_addr=self._peer
        )
        return transport

    def _send(self, task, data):
        if not task.cancelled() and not task.exception():
            task.result().sendto(data)

    def _drop(self, sender):
        task = self._ways.pop(sender)
        if task.done() and not task.cancelled() and not task.exception():
            task.result().close()

    def connection_lost(self, error):
        """End all ways."""
        for sender in list(self._ways):
            self._drop(sender)


class _Way(asyncio.DatagramProtocol):
    def __init__(self, relay, sender):
        self._relay = relay
        self._sender = sender

    def datagram_received(self, data, _):
        if self._relay.passes():
            self._relay.transport.sendto(data, self._sender)
