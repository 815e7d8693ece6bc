"""The same calls in an event loop, from threads, and cancelled."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from transports import Hanging

from latchkey import AsyncClient, Client, LatchkeyError


def test_many_people_sign_in_at_once_in_one_event_loop(server):
    client = server.async_client()

    async def one():
        number = server.fresh_number()
        await client.start_sms(number)
        code = await asyncio.to_thread(server.code_for, number)
        tokens = await client.sign_in_sms(number, code)
        return number, (await client.profile(tokens)).phone_number or (await client.profile(tokens)).display_name

    async def all_of_them():
        return await asyncio.gather(*(one() for _ in range(8)))

    for number, found in asyncio.run(all_of_them()):
        assert number == found


def test_one_client_serves_event_loops_that_come_and_go(server):
    client = server.async_client()
    for _ in range(3):
        asyncio.run(client.start_sms(server.fresh_number()))


def test_a_call_waits_without_holding_up_the_event_loop(server):
    client = server.async_client()

    async def both():
        beats = 0

        async def heart():
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0)

        beating = asyncio.create_task(heart())
        await client.start_sms(server.fresh_number())
        beating.cancel()
        return beats

    assert asyncio.run(both()) > 10


def test_a_task_that_is_cancelled_cancels_its_request():
    async def cancel():
        transport = Hanging()
        client = AsyncClient("login.example.com", "app", transport=transport)
        task = asyncio.create_task(client.start_sms("+14155550100"))
        await asyncio.wait_for(transport.asked.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(transport.cancelled.wait(), 10)

    asyncio.run(cancel())


def test_a_timeout_ends_a_call():
    async def late():
        client = AsyncClient("login.example.com", "app", transport=Hanging())
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.start_sms("+14155550100"), 0.05)

    asyncio.run(late())


def test_an_event_loop_that_ends_with_calls_under_way_harms_nobody(server, capfd):
    client = server.async_client()

    async def leave():
        for _ in range(4):
            asyncio.ensure_future(client.start_sms(server.fresh_number()))
        await asyncio.sleep(0)

    asyncio.run(leave())
    gc.collect()
    # What was begun comes to an end on threads of the client, whose loop is gone.
    asyncio.run(client.start_sms(server.fresh_number()))
    assert "Fatal" not in capfd.readouterr().err


def test_threads_share_a_client(server):
    client, done = server.client(), []

    def one(number):
        client.start_sms(number)
        done.append(client.sign_in_sms(number, server.code_for(number)).access_token())

    threads = [threading.Thread(target=one, args=(server.fresh_number(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(done)) == 8


def test_a_program_that_has_forked_goes_on(server):
    client = server.client()
    client.start_sms(server.fresh_number())
    child = os.fork()
    if child == 0:
        code = 1
        try:
            server.client().start_sms(server.fresh_number())
            code = 0
        finally:
            os._exit(code)
    assert exit_code(child, seconds=60) == 0


def exit_code(child, seconds):
    """A child that hangs is ended: the suite does not hang with it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done == child:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail(f"the child did not end in {seconds} seconds")


def test_ctrl_c_ends_a_call_that_waits():
    lines = (
        "import signal, sys\n"
        # As in a terminal, also where the suite runs behind a "&", which ignores the key.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from transports import Hanging\n"
        "from latchkey import Client\n"
        "print('ready', flush=True)\n"
        "Client('login.example.com', 'app', transport=Hanging()).start_sms('+14155550100')\n"
    )
    arguments = [sys.executable, "-c", lines, os.path.dirname(__file__)]
    program = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert program.stdout.readline() == "ready\n"
    time.sleep(0.5)
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=20)
    assert program.returncode != 0 and "KeyboardInterrupt" in said


def test_a_callback_that_waits_for_its_own_client_is_told_so():
    from latchkey import Transport

    class Inside(Transport):
        async def send(self, request):
            Client("login.example.com", "app", transport=self).start_sms("+14155550100")

    with pytest.raises(LatchkeyError.NoAnswer) as caught:
        Client("login.example.com", "app", transport=Inside()).start_sms("+14155550100")
    assert "use AsyncClient" in caught.value.failure.detail
