"""The server that `cargo xtask sdk` started for this suite: its facts, its inbox and its clock."""

import itertools
import json
import os
from pathlib import Path

import pytest
import requests


class Server:
    def __init__(self):
        self.facts = json.loads(Path(os.environ["LATCHKEY_DEV_JSON"]).read_text())
        self.base_url = self.facts["base_url"].rstrip("/")
        self.domain = self.base_url.split("//", 1)[1]
        self.web = self.facts["clients"]["web"]
        self._numbers = itertools.count(5000)
        self._ahead = 0

    def fresh_number(self):
        """A number that no test used before."""
        return f"+1415555{next(self._numbers)}"

    def code_for(self, number):
        """The code of the newest message to a number."""
        answer = requests.get(
            f"{self.base_url}/dev/inbox/messages", params={"to": number, "wait": 10}, timeout=20
        )
        assert answer.status_code == 200
        messages = answer.json()["messages"]
        assert messages, f"no message to {number}"
        return messages[0]["code"]

    def pass_time(self, seconds):
        """Moves the server's clock forward."""
        self._ahead += seconds
        clock = Path(os.environ["LATCHKEY_CLOCK_FILE"])
        new = clock.with_suffix(".new")
        new.write_text(str(self._ahead))
        new.replace(clock)


@pytest.fixture(scope="session")
def server():
    return Server()
