"""Somebody who stays signed in."""

import asyncio
import threading

import pytest

from latchkey import Client, CredentialStore, CredentialStoreError, LatchkeyError, Tokens

DAY = 86_400


class Store(CredentialStore):
    """A store of an app's own, in memory. `error` is what it fails with."""

    def __init__(self):
        self.kept = None
        self.saves = 0
        self.threads = set()
        self.error = None

    def load(self):
        self.threads.add(threading.get_ident())
        if self.error is not None:
            raise self.error
        return self.kept

    def save(self, credentials):
        if self.error is not None:
            raise self.error
        self.kept = credentials
        self.saves += 1

    def clear(self):
        self.kept = None


def test_a_store_of_the_app_keeps_somebody_signed_in(server, client):
    store, tokens = Store(), server.sign_in(client)
    session = client.session(store)
    assert not session.is_signed_in()
    with pytest.raises(LatchkeyError.SignInAgain) as caught:
        session.tokens()
    assert caught.value.failure.code == "not_signed_in"
    session.keep(tokens)
    assert client.session(store).tokens().access_token() == tokens.access_token()
    assert threading.get_ident() not in store.threads
    session.sign_out()
    assert store.kept is None
    with pytest.raises(LatchkeyError.SignInAgain):
        client.refresh(tokens.refresh_token())


def test_tokens_in_a_file_outlive_the_client(server, client, tmp_path):
    tokens = server.sign_in(client)
    client.session(tmp_path / "tokens.json").keep(tokens)
    kept = server.client().session(str(tmp_path / "tokens.json")).tokens()
    assert kept.access_token() == tokens.access_token()


def test_many_threads_that_ask_at_once_make_one_renewal(server, client):
    store = Store()
    session, seen = client.session(store), []
    session.keep(server.sign_in(client))
    saves = store.saves
    threads = [
        threading.Thread(target=lambda: seen.append(session.tokens(seconds=10 * DAY).access_token()))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    # Those that came while it ran share one; who came later finds a token that is too short for it again.
    assert 1 <= store.saves - saves <= 12 and len(set(seen)) == store.saves - saves


def test_many_tasks_that_ask_at_once_make_one_renewal(server):
    async def ask():
        client, store = server.async_client(), Store()
        number = server.fresh_number()
        await client.start_sms(number)
        code = await asyncio.to_thread(server.code_for, number)
        session = client.session(store)
        await session.keep(await client.sign_in_sms(number, code))
        renewed = await asyncio.gather(*(session.renewed() for _ in range(12)))
        return {tokens.access_token() for tokens in renewed}, store.saves

    tokens, saves = asyncio.run(ask())
    assert len(tokens) == 1 and saves == 2


def test_a_caller_that_gives_up_does_not_lose_the_renewed_token(server):
    async def ask():
        client, store = server.async_client(), Store()
        number = server.fresh_number()
        await client.start_sms(number)
        code = await asyncio.to_thread(server.code_for, number)
        session = client.session(store)
        await session.keep(await client.sign_in_sms(number, code))
        impatient = asyncio.create_task(session.renewed())
        await asyncio.sleep(0)
        impatient.cancel()
        renewed = await session.renewed()
        return renewed.refresh_token(), Tokens.from_json(store.kept.decode()).refresh_token()

    given, kept = asyncio.run(ask())
    assert given == kept


def test_who_was_signed_out_elsewhere_is_asked_to_sign_in_again(server, client):
    store, tokens = Store(), server.sign_in(client)
    session = client.session(store)
    session.keep(tokens)
    client.revoke(tokens.refresh_token())
    with pytest.raises(LatchkeyError.SignInAgain):
        session.renewed()
    assert store.kept is None and not session.is_signed_in()


def test_without_a_network_nothing_that_is_kept_is_lost(server, client):
    store, tokens = Store(), server.sign_in(client)
    client.session(store).keep(tokens)
    kept = store.kept
    away = Client("http://127.0.0.1:9", "demo-native").session(store)
    with pytest.raises(LatchkeyError.NoAnswer):
        away.renewed()
    with pytest.raises(LatchkeyError.NoAnswer):
        away.tokens(seconds=10 * DAY)
    assert store.kept == kept


def test_a_store_that_fails_is_told_and_nothing_is_lost(server, client):
    store, tokens = Store(), server.sign_in(client)
    session = client.session(store)
    for error, words in [
        (CredentialStoreError.Closed("the device is locked"), "the device is locked"),
        (CredentialStoreError.Failed("the disk is full"), "the disk is full"),
        (ValueError("a bug in the app"), "a bug in the app"),
    ]:
        store.error = error
        with pytest.raises(LatchkeyError.Device) as caught:
            session.keep(tokens)
        assert caught.value.failure.code == "storage" and words in caught.value.failure.detail
    store.error = None
    session.keep(tokens)
    assert session.tokens().access_token() == tokens.access_token()


def test_a_store_that_holds_something_else_is_no_sign_in(client):
    store = Store()
    store.kept = b"not ours"
    with pytest.raises(LatchkeyError.Device):
        client.session(store).tokens()
    with pytest.raises(LatchkeyError.Device):
        Tokens.from_json("{}")
