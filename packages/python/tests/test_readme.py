"""The lines of the README and of the guide, run as they stand; the first of them in a fresh environment that has the wheel
and nothing else."""

import ast
import asyncio
import os
import re
import types
import subprocess
from pathlib import Path

import latchkey

README = Path(__file__).parent.parent / "README.md"
GUIDE = README.parent.parent.parent / "docs/guide/python.md"


def blocks(file=README):
    return re.findall(r"^```python\n(.*?)^```", file.read_text(), flags=re.MULTILINE | re.DOTALL)


def test_eight_lines_of_the_readme_sign_in_by_sms(server):
    lines = blocks()[0]
    assert len(lines.splitlines()) == 8
    for written, here in [("https://localhost:3443", server.base_url), (".latchkey/ca.pem", server.ca_file)]:
        assert written in lines
        lines = lines.replace(written, here)
    number = server.fresh_number()
    program = subprocess.Popen(
        [os.environ["LATCHKEY_FRESH_PYTHON"], "-I", "-c", lines],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    program.stdin.write(f"{number}\n")
    program.stdin.flush()
    said, _ = program.communicate(server.code_for(number) + "\n", timeout=60)
    assert program.returncode == 0
    assert said.endswith(f"Hello, {number}\n")


def test_the_other_lines_of_the_readme_hold_too(server, client, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    phone = server.fresh_number()
    client.start_sms(phone)
    known = {"client": client, "phone": phone}
    known["tokens"] = client.sign_in_sms(phone, server.code_for(phone))
    _, staying, failing = blocks()
    exec(staying, known)
    assert known["bearer"] == known["tokens"].access_token()
    assert oct((tmp_path / "tokens.json").stat().st_mode & 0o777) == "0o600"
    exec(failing, known)
    assert "code" in capsys.readouterr().out.lower()


def test_the_lines_of_the_guide_hold(server, capsys):
    """They wait as in a program whose main function is a coroutine."""
    (screen,) = blocks(GUIDE)
    known = {**vars(latchkey), "client": server.async_client()}
    code = compile(screen, GUIDE.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    asyncio.run(types.FunctionType(code, known)())
    assert capsys.readouterr().out == "Enter your code None\n"
