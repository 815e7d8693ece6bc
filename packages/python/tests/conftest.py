"""The server that `cargo xtask sdk` started for this suite: its facts, its inbox and its clock."""

import itertools
import json
import os
import ssl
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from latchkey import AsyncClient, Client


class Server:
    def __init__(self):
        self.facts = json.loads(Path(os.environ["LATCHKEY_DEV_JSON"]).read_text())
        self.base_url = self.facts["base_url"].rstrip("/")
        self.ca_file = self.facts["ca_file"]
        self.tls = ssl.create_default_context(cafile=self.ca_file)
        self._numbers = itertools.count(7000)

    def fresh_number(self):
        """A number that no test used before."""
        return f"+1415555{next(self._numbers)}"

    def fresh_mailbox(self):
        """An email address that no test used before."""
        return f"grace{next(self._numbers)}@example.com"

    def messages_to(self, address, wait=0):
        query = urllib.parse.urlencode({"to": address, "wait": wait})
        url = f"{self.base_url}/dev/inbox/messages?{query}"
        with urllib.request.urlopen(url, timeout=40, context=self.tls) as answer:
            return json.load(answer)["messages"]

    def code_for(self, address):
        """The code of the newest message to a number or an email address."""
        messages = self.messages_to(address, wait=20)
        assert messages, f"no message to {address}"
        return messages[0]["code"]

    def client(self, **more):
        return Client(self.base_url, "demo-native", **{"ca_file": self.ca_file, **more})

    def async_client(self, **more):
        return AsyncClient(self.base_url, "demo-native", **{"ca_file": self.ca_file, **more})

    def sign_in(self, client):
        """Somebody new; their tokens."""
        number = self.fresh_number()
        client.start_sms(number)
        return client.sign_in_sms(number, self.code_for(number))


@pytest.fixture(scope="session")
def server():
    return Server()


@pytest.fixture()
def client(server):
    return server.client()
