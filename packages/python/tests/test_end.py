"""How programs end that used the client."""

import os
import subprocess

# The thread that brings an answer is still about it when the program has the answer and ends.
ENDS_EARLY = """
import sys, threading, time
from latchkey import Client, LatchkeyError, _waiting

loop = _waiting._background()
tell = loop.call_soon_threadsafe

def slowly(*arguments, **named):
    told = tell(*arguments, **named)
    if isinstance(threading.current_thread(), threading._DummyThread):
        time.sleep(0.2)
    return told

class LongEnd:
    def __del__(self, sleep=time.sleep):
        sleep(0.5)

loop.call_soon_threadsafe = slowly
sys.kept_to_the_end = LongEnd()
try:
    Client("https://127.0.0.1:1", "an-app").start_sms("+14155550100")
except LatchkeyError.NoAnswer:
    print("nobody is there")
"""

# What was registered before the client was imported runs after the client's own end.
CALLS_LATE = """
import atexit

def too_late():
    try:
        client.start_sms("+14155550100")
    except LatchkeyError.NoAnswer:
        print("too late")

atexit.register(too_late)
from latchkey import Client, LatchkeyError
client = Client("https://127.0.0.1:1", "an-app")
"""


def run(program):
    ended = subprocess.run(
        [os.environ["LATCHKEY_FRESH_PYTHON"], "-I", "-c", program], capture_output=True, text=True, timeout=60
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_a_program_ends_well_while_an_answer_is_still_being_given():
    assert run(ENDS_EARLY) == (0, "nobody is there\n", "")


def test_a_call_at_the_very_end_of_a_program_fails_and_does_not_hang():
    assert run(CALLS_LATE) == (0, "too late\n", "")
