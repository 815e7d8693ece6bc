"""Waits for coroutines where there is no event loop, on one of its own in the background."""

import asyncio
import atexit
import os
import threading
from typing import Any, Coroutine, Optional, TypeVar

from ._native.latchkey_native import give_no_more_answers

T = TypeVar("T")

_lock = threading.Lock()
_loop: Optional[asyncio.AbstractEventLoop] = None
_process = 0


def _background() -> asyncio.AbstractEventLoop:
    """The loop of this process: a fork does not bring the thread along."""
    global _loop, _process
    with _lock:
        if _loop is None or _process != os.getpid():
            _loop = asyncio.new_event_loop()
            _process = os.getpid()
            threading.Thread(target=_loop.run_forever, name="latchkey", daemon=True).start()
        return _loop


def _forget_lock() -> None:
    """Another thread may have held it while the process forked."""
    global _lock
    _lock = threading.Lock()


# A thread of the client that answers while the interpreter goes would take the whole program down with it.
atexit.register(give_no_more_answers)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_lock)


def _running() -> Optional[asyncio.AbstractEventLoop]:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def wait(work: Coroutine[Any, Any, T]) -> T:
    """Waits until the work is done. Where the waiting is interrupted, as by Ctrl-C, the work is cancelled."""
    loop = _background()
    if _running() is loop:
        work.close()
        raise RuntimeError("a callback of the client cannot wait for the client: use AsyncClient in it")
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise
