"""SimCord's preview page as a person sees it: type, choose, press, read. For Playwright's async API.

Selectors as of SimCord 3.2.1 (``simcord/preview/static``). The page polls its state twice a second and
takes one action at a time: every action here waits until the page has settled.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import FloatRect, Locator, Page, ViewportSize, async_playwright, expect

expect.set_options(timeout=30_000)
"""Other programs may have the machine; what is there sooner is not waited for."""
CHROMIUM = Path("/usr/bin/chromium")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_MARGIN = 12
_SETTLED = (
    "() => window.simcordPreview && window.simcordPreview.ready"
    " && !window.simcordPreview.pendingAction && window.simcordPreview.awaitingRevision === null"
)
_AT_BOTTOM = """() => {
    const timeline = document.getElementById("channel-timeline");
    return timeline.scrollHeight > timeline.clientHeight
        && timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight <= 1;
}"""
_SUGGESTING = "() => window.simcordPreview.pendingAction?.kind === 'autocomplete_command'"


@asynccontextmanager
async def browser_page(
    *, viewport: ViewportSize = DESKTOP, locale: str = "ja-JP", scale: float = 1
) -> AsyncIterator[Page]:
    """A page in Debian's Chromium with an empty profile. Skip the test when ``CHROMIUM`` is missing.

    ``scale``: pixels of a picture for each of the page's.
    """
    with TemporaryDirectory(prefix="kawaraban-chromium-") as profile:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=CHROMIUM,
                headless=True,
                args=_FLAGS,
                viewport=viewport,
                locale=locale,
                device_scale_factor=scale,
            )
            try:
                yield context.pages[0]
            finally:
                await context.close()


async def _boxes(parts: list[Locator]) -> list[FloatRect]:
    """Where they are; what is not drawn is nowhere."""
    return [box for part in parts if (box := await part.bounding_box()) is not None]


class ChannelPage:
    """The channel in the browser. Messages and replies are Playwright locators: ``expect`` waits for them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, page: Page, url: str) -> ChannelPage:
        """Open the address ``SimulatedDiscord.serve`` returned and wait for the channel."""
        await page.goto(url)
        await expect(page.locator("#channel-composer")).to_be_visible(timeout=60_000)
        channel = cls(page)
        await channel.settled()
        return channel

    async def settled(self, timeout_ms: float = 60_000) -> None:
        """Wait until no action is under way and all is drawn."""
        await self.page.wait_for_function(_SETTLED, timeout=timeout_ms)

    # ------------------------------------------------------------------ what is there to read

    @property
    def messages(self) -> Locator:
        """All messages of the channel the person sees, ephemeral replies among them, oldest first."""
        return self.page.locator("#channel-message-list article.channel-message")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.messages.last

    @property
    def answer(self) -> Locator:
        """The newest answer to a command, whatever was sent since."""
        return self.messages.filter(has=self.page.locator(".message-interaction-header")).last

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """Messages that hold ``text``."""
        return self.messages.filter(has_text=text)

    @property
    def modal(self) -> Locator:
        """The open modal."""
        return self.page.locator("#modal-root .modal-dialog")

    @property
    def picker(self) -> Locator:
        """The commands offered while ``/`` is typed."""
        return self.page.locator(".command-popup .command-entry")

    @property
    def suggestions(self) -> Locator:
        """Choices, autocompletions or optional options offered for the command being typed."""
        return self.page.locator(".command-popup .command-suggestion")

    # ------------------------------------------------------------------ typing

    async def say(self, text: str) -> None:
        """Send a plain message."""
        await self.page.locator("#channel-composer-input").fill(text)
        await self.page.keyboard.press("Enter")
        await self.settled()

    async def choose_command(self, name: str) -> None:
        """Type ``/name`` and take the command of exactly that name in the code, however it is shown."""
        composer = self.page.locator("#channel-composer-input")
        await composer.click()
        await composer.press_sequentially(f"/{name}")
        path = name.replace(" ", ".")
        await self.page.locator(f'.command-popup .command-entry[data-entry-key$=":{path}"]').click()
        await expect(self.page.locator(".command-chip")).to_contain_text("/")

    async def expect_suggesting(self) -> None:
        """Wait until suggestions were asked for and have not come."""
        await self.page.wait_for_function(_SUGGESTING)

    async def fill_option(self, name: str, value: str) -> None:
        """Type an option's value; an optional option is added first. Takes the suggestion of that very text."""
        field = self.page.locator(f'.command-option-input[data-option="{name}"]')
        if not await field.count():
            await self.page.locator(".command-ghost").click()
            await self.page.locator(f'.command-popup .command-suggestion[data-value="{name}"]').click()
        await field.click()
        await field.press_sequentially(value)

    async def pick_option(self, name: str, value: str) -> None:
        """Type an option's value and take the suggestion with that text: channels, roles, choices."""
        await self.fill_option(name, value)
        await self.suggestions.filter(has_text=value).first.click()

    async def run(self, name: str, **options: str) -> None:
        """Run a slash command the way a person types it, and wait for it to settle."""
        await self.choose_command(name)
        for option, value in options.items():
            await self.fill_option(option, value)
        await self.page.locator("#send-message").click()
        await self.settled()

    async def pick_value(self, name: str, value: str) -> None:
        """Open an option's choices and take the one that stands for ``value``, however it is called."""
        await self.fill_option(name, "")
        await self.page.locator(f'.command-popup .command-suggestion[data-value="{value}"]').click()

    async def make_digest(self, schedule: str, *, zone: str) -> None:
        """Run ``/digest create`` with a schedule from the list."""
        await self.choose_command("digest create")
        await self.pick_value("schedule", schedule)
        await self.fill_option("timezone", zone)
        await self.page.locator("#send-message").click()
        await self.settled()

    async def press_enter(self) -> None:
        """Send, or take the suggestion, by key."""
        await self.page.keyboard.press("Enter")

    async def press_send(self) -> None:
        """Send by the arrow beside the field."""
        await self.page.locator("#send-message").click()

    # ------------------------------------------------------------------ the demo's own bar

    async def go_to(self, channel: str) -> None:
        """Switch to another channel."""
        await self.page.locator(f'.demo-channel[data-name="{channel}"]').click()
        await expect(self.page.locator("#channel-name")).to_have_text(channel)
        await self.settled()

    async def view_as(self, person: int) -> None:
        """See the channel as somebody else does."""
        await self.page.locator("#viewer-picker").select_option(str(person))
        await self.page.wait_for_function(f"() => window.simcordPreview.viewerId === '{person}'")
        await self.settled()

    async def speed_up(self, speed: int) -> None:
        """Let time pass so many times as fast."""
        await self.page.locator(".demo-speed select").select_option(str(speed))

    async def expect_newest_in_view(self) -> None:
        """Wait until the channel stands at its bottom, a message there and all."""
        await self.settled()
        await self.page.wait_for_function(_AT_BOTTOM)

    async def text(self) -> str:
        """All that can be read on the page."""
        return str(await self.page.evaluate("document.body.innerText"))

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    # ------------------------------------------------------------------ pressing

    async def press(self, label: str, within: Locator | None = None) -> None:
        """Press a button of a message (the newest with that button unless ``within`` is given)."""
        button = (within or self.messages).get_by_role("button", name=label).last
        await button.click()
        await self.settled()

    async def select(self, placeholder: str, *choices: str, within: Locator | None = None) -> None:
        """Open the menu that shows ``placeholder`` and take the choices."""
        menu = (within or self.messages).locator(".preview-select").filter(has_text=placeholder).last
        await menu.locator("button").first.click()
        for choice in choices:
            await self.page.get_by_role("option", name=choice).click()
        await self.settled()

    async def fill_modal(self, **values: str) -> None:
        """Fill the open modal's text inputs by custom_id and submit it."""
        for custom_id, value in values.items():
            await self.modal.locator(f'[name="{custom_id}"]').fill(value)
        await self.modal.locator('button[type="submit"]').click()
        await expect(self.page.locator("#modal-root")).to_be_hidden()
        await self.settled()

    async def picture(self, message: Locator, path: Path, *, cards: int | None = None) -> None:
        """A picture of one message and nothing else: its author and what it says, or its first ``cards`` cards."""
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("document.activeElement?.blur()")
        await self.settled()
        await message.evaluate("message => message.scrollIntoView({block: 'start'})")
        shown = message.locator(".component-container")
        below: list[FloatRect] = []
        while not below:  # a message that is edited meanwhile is drawn anew, and for that moment nowhere
            await expect(shown.first).to_be_visible()
            count = await shown.count()
            below = await _boxes([shown.nth(number) for number in range(count)][:cards])
        head = message.locator(".message-avatar, .message-interaction-header")
        above = await _boxes([head.nth(number) for number in range(await head.count())])
        left, top = (min(box[side] for box in (*above, *below)) for side in ("x", "y"))
        right = max(box["x"] + box["width"] for box in below)
        bottom = max(box["y"] + box["height"] for box in below)
        await self.page.screenshot(
            path=path,
            clip={
                "x": left - _MARGIN,
                "y": top - _MARGIN,
                "width": right - left + 2 * _MARGIN,
                "height": bottom - top + 2 * _MARGIN,
            },
        )
