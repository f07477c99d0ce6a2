"""What the people of a journey look at: the operator's desk, and papers as pictures."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from documents.typist import DocumentTypist
from tests import patience

PICTURES = os.environ.get("PICTURES")
"""A directory for the pictures of the docs (`make docs-pictures`)."""
VIEW = {"width": 1280, "height": 800}
_MOVED = "() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => {})))"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An operator's browser."""

    page: Page
    address: str
    login: str
    password: str

    async def sign_in(self, path: str) -> None:
        """Open a page and log in: the session of another hour has ended."""
        page = self.page
        await page.goto(f"{self.address}{path}")
        await page.get_by_label("Логин").fill(self.login)
        await page.get_by_label("Пароль", exact=True).fill(self.password)
        await page.get_by_role("button", name="Войти").click()
        await expect(page.get_by_label("Состояние связи: на линии")).to_be_attached(timeout=patience.MS)

    async def days_of_the_term(self) -> list[tuple[str, str, str]]:
        """The day-by-day count on an open card: the day, its number, why it is counted or not."""
        page = self.page
        await page.get_by_role("button", name="Как считается срок").click()
        rows = page.get_by_role("dialog", name="Как считается срок").locator("tbody tr")
        await expect(rows.first).to_be_visible()
        lines = [(await row.inner_text()).split("\t") for row in await rows.all()]
        await page.keyboard.press("Escape")
        return [(day.strip(), number.strip(), why.strip()) for day, number, why in lines]


async def picture(page: Page, name: str) -> None:
    """Keep what is on the screen, when pictures are wanted."""
    if PICTURES:
        await page.evaluate(_MOVED)
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


async def words_of_document(document: bytes, chromium: Browser) -> str:
    """What a reader sees in a .docx: as LibreOffice prints it where it is installed, else as our own page shows it."""
    if shutil.which("soffice") and shutil.which("pdftotext"):
        return await asyncio.to_thread(_printed, document)
    context = await chromium.new_context(viewport=VIEW)
    page = await context.new_page()
    await page.set_content(await DocumentTypist().page(document))
    said = await page.locator("body").inner_text()
    await context.close()
    return " ".join(said.split())


def _printed(document: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "request.docx", Path(folder) / "request.pdf"
        source.write_bytes(document)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True)
        said = subprocess.run(["pdftotext", "-raw", made, "-"], check=True, capture_output=True).stdout.decode()
    return " ".join(said.split())
