"""The own mailbox of a centre that the test drives: a second mail server of the sandbox, read as the mail process reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from app.mail import mailboxes_of, run_mail
from sandbox.mail.app import create_app
from sandbox.mail.driver import Mailbox
from sandbox.mail.settings import Settings
from tests.journeys.centre import PASSWORD, Centre
from tests.serving import serve


@asynccontextmanager
async def writing_to(centre: Centre, address: str) -> AsyncIterator[Mailbox]:
    """Somebody who writes to the centre, while the centre reads; what it answers comes to the boxes of ``centre.mailbox``."""
    office = centre.house.settings.email.mail_from
    app, stopping = create_app(Settings(smtp_port=0, imap_port=0, centre=office, password=PASSWORD)), asyncio.Event()
    with serve(app, before_stop=app.state.office.close) as served:
        given = {"imap_host": "127.0.0.1", "imap_port": app.state.imap_port, "imap_tls": "none"}
        signing_in = {"imap_user": office, "imap_password": SecretStr(PASSWORD)}
        part = centre.house.settings.mailbox.model_copy(update={**given, **signing_in})
        async with asyncio.TaskGroup() as tasks, Mailbox(served, address) as box:
            tasks.create_task(run_mail(centre.house, mailboxes_of(part), stopping))
            yield box
            stopping.set()
