"""The server that `cargo xtask sdk` started for this suite: its facts, its inbox and its clock."""

import itertools
import json
import os
import re
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

    def fresh_mailbox(self):
        """An email address that no test used before."""
        return f"ada{next(self._numbers)}@example.com"

    def message_to(self, address):
        """The newest message to a number or an email address."""
        answer = requests.get(
            f"{self.base_url}/dev/inbox/messages", params={"to": address, "wait": 10}, timeout=20
        )
        assert answer.status_code == 200
        messages = answer.json()["messages"]
        assert messages, f"no message to {address}"
        return messages[0]

    def code_for(self, address):
        """The code of that message."""
        return self.message_to(address)["code"]

    def press_link(self, link):
        """Presses the one button of a link's page; where that leads."""
        browser = requests.Session()
        page = browser.get(link, timeout=20)
        assert page.status_code == 200
        token = re.search(r'name="token" value="([^"]*)"', page.text).group(1)
        answer = browser.post(
            link, data={"token": token}, headers={"origin": self.base_url}, allow_redirects=False, timeout=20
        )
        return answer.headers["location"]

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
