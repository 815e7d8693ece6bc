"""The sign-in screen's logic, driven as a screen drives it."""

import asyncio

import pytest
from browser import Browser
from transports import Hanging

from latchkey import (
    AsyncClient,
    Channel,
    LatchkeyError,
    SendKind,
    SignInEffect,
    SignInEvent,
    SignInSettings,
    SignInStage,
    countries,
    find_country,
    search_countries,
)


class Screen:
    """A screen without pixels: it does the effects, and keeps what came of them."""

    def __init__(self, client, **settings):
        self.sign_in = client.sign_in(SignInSettings(**{"channels": [Channel.SMS], **settings}))
        self.tasks = []
        self.ticks = []
        self.finished = None
        self.closed = False

    @property
    def view(self):
        return self.sign_in.view()

    def tell(self, event):
        self.do(self.sign_in.handle(event))

    def type(self, text):
        code = self.view.stage == SignInStage.CODE
        self.tell(SignInEvent.CODE(text) if code else SignInEvent.IDENTIFIER(text))

    def do(self, effects):
        for effect in effects:
            if effect.is_PERFORM():
                self.tasks.append(asyncio.ensure_future(self.perform(effect.call)))
            elif effect.is_TICK():
                self.ticks.append(effect.seconds)
            elif effect.is_FINISHED():
                self.finished = effect
            else:
                self.closed = True

    async def perform(self, call):
        self.do(await self.sign_in.perform(call))

    async def settle(self):
        while self.tasks:
            await asyncio.wait_for(self.tasks.pop(), 30)


def test_a_screen_signs_in_from_the_number_to_the_profile(server):
    async def sign_in():
        screen = Screen(server.async_client(), country="US", app="Demo")
        assert (screen.view.stage, screen.view.submit.enabled) == (SignInStage.IDENTIFY, False)
        assert screen.view.country.country.calling_code == 1 and "Demo" in screen.view.lead
        number = server.fresh_number()
        screen.type(number[2:])
        screen.tell(SignInEvent.SUBMIT())
        assert screen.view.busy
        await screen.settle()
        assert screen.view.stage == SignInStage.CODE and screen.view.resend.seconds > 0 and screen.ticks == [1]
        screen.type("000000")
        screen.tell(SignInEvent.SUBMIT())
        await screen.settle()
        assert screen.view.error and screen.view.field.value == ""
        assert isinstance(screen.sign_in.failure(), LatchkeyError.WrongCode)
        screen.tell(SignInEvent.RECEIVED(await asyncio.to_thread(server.code_for, number)))
        await screen.settle()
        assert screen.view.stage == SignInStage.DONE
        assert screen.finished.profile.display_name == number
        assert screen.finished.tokens.refresh_token() is not None

    asyncio.run(sign_in())


def test_a_link_that_opens_the_app_before_it_is_known_whose_it_is_sends_nothing(server):
    async def sign_in():
        client, email = server.async_client(), server.fresh_mailbox()
        await client.start_email(email)
        screen = Screen(client, channels=[Channel.EMAIL])
        screen.tell(SignInEvent.RECEIVED(await asyncio.to_thread(server.code_for, email)))
        assert screen.view.stage == SignInStage.IDENTIFY and "link" in screen.view.lead
        screen.type(email)
        screen.tell(SignInEvent.SUBMIT())
        await screen.settle()
        assert screen.finished.profile.email == email
        assert len(server.messages_to(email)) == 1

    asyncio.run(sign_in())


def test_a_browser_that_a_link_opened_comes_back_to_the_screen(server):
    async def sign_in():
        email, callback = server.fresh_mailbox(), "https://localhost:9443/cb"
        screen = Screen(server.async_client(), channels=[Channel.EMAIL], send=SendKind.LINK, callback=callback)
        screen.type(email)
        screen.tell(SignInEvent.SUBMIT())
        await screen.settle()
        assert screen.view.stage == SignInStage.CODE and "link" in screen.view.lead
        link = (await asyncio.to_thread(server.messages_to, email, 20))[0]["link"]
        browser = Browser(server)
        await asyncio.to_thread(browser.open, link)
        screen.tell(SignInEvent.OPENED(await asyncio.to_thread(browser.submit)))
        await screen.settle()
        assert screen.finished.profile.email == email

    asyncio.run(sign_in())


def test_changing_the_number_while_it_is_sent_cancels_the_call():
    async def change():
        transport = Hanging()
        screen = Screen(AsyncClient("login.example.com", "app", transport=transport))
        screen.type("+14155550100")
        screen.tell(SignInEvent.SUBMIT())
        await asyncio.wait_for(transport.asked.wait(), 10)
        screen.tell(SignInEvent.CHANGE())
        await screen.settle()
        await asyncio.wait_for(transport.cancelled.wait(), 10)
        assert screen.view.stage == SignInStage.IDENTIFY and not screen.view.busy

    asyncio.run(change())


def test_a_button_that_is_pressed_twice_does_one_thing_and_a_closed_screen_nothing():
    async def press():
        screen = Screen(AsyncClient("login.example.com", "app", transport=Hanging()))
        screen.type("+14155550100")
        screen.tell(SignInEvent.SUBMIT())
        screen.tell(SignInEvent.SUBMIT())
        assert len(screen.tasks) == 1
        assert await screen.sign_in.perform(99) == []
        screen.tell(SignInEvent.CLOSE())
        await screen.settle()
        assert screen.closed and screen.view.stage == SignInStage.CLOSED
        assert screen.sign_in.handle(SignInEvent.SUBMIT()) == []

    asyncio.run(press())


def test_a_screen_asks_for_either_address_and_speaks_the_language_of_the_client():
    client = AsyncClient("login.example.com", "app", locale="ar", transport=Hanging())
    screen = Screen(client, channels=[Channel.EMAIL, Channel.SMS])
    assert screen.view.right_to_left and screen.view.locale == "ar" and screen.view.country is None
    screen.tell(SignInEvent.CHANNEL(screen.view.other.channel))
    screen.tell(SignInEvent.COUNTRY("DE"))
    assert screen.view.country.country.flag == "🇩🇪"
    screen.tell(SignInEvent.COUNTRY("XX"))
    assert screen.view.country.country.region == "DE"


def test_countries_are_found_as_a_picker_looks_for_them():
    assert find_country("pt_BR").region == "BR" and find_country("de").region == "DE" and find_country("") is None
    assert [country.region for country in search_countries("+49")] == ["DE"]
    assert search_countries("") == countries() and len(countries()) > 200


@pytest.mark.parametrize("event", [SignInEvent.TICK(), SignInEvent.RESEND(), SignInEvent.CODE("1"), SignInEvent.HAVE_CODE()])
def test_what_makes_no_sense_where_the_sign_in_stands_is_ignored(event):
    screen = Screen(AsyncClient("login.example.com", "app", transport=Hanging()))
    assert screen.sign_in.handle(event) == []
    assert screen.view.stage == SignInStage.IDENTIFY


def test_effects_are_of_the_four_kinds_that_a_screen_handles():
    kinds = [name for name in vars(SignInEffect) if name.startswith("is_") and name.isascii() and name[3:].isupper()]
    assert sorted(kinds) == ["is_CLOSED", "is_FINISHED", "is_PERFORM", "is_TICK"]
