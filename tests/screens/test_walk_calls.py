"""The screens of calls, and of what an operator is told of the own work: axe, both themes, four widths."""

from tests.core.quality.world import Work
from tests.screens.conftest import ScreenOf
from tests.screens.walk import WALKS, walk


async def test_the_screens_are_walked(work: Work, screen_of: ScreenOf) -> None:
    await walk(work, screen_of, WALKS["calls"])
