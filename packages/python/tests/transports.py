"""Transports of an app's own: they tell what was sent, wait, or fail as they are told."""

import asyncio

from latchkey import HttpResponse, Transport, TransportError


class Recording(Transport):
    """Keeps the requests, and gives no answer."""

    def __init__(self, seen, error=None):
        self.seen = seen
        self.error = error or TransportError.NoAnswer("nothing came back")

    async def send(self, request):
        self.seen.append(request)
        raise self.error


class Answering(Transport):
    """Gives the same answer to everything."""

    def __init__(self, status, body, headers=()):
        self.answer = HttpResponse(status=status, headers=list(headers), body=body)

    async def send(self, request):
        return self.answer


class Hanging(Transport):
    """Never answers; tells when it is asked, and when nobody waits any more."""

    def __init__(self):
        self.asked = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def send(self, request):
        self.asked.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
