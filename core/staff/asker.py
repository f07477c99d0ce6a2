"""Who asks: the signed-in member of staff with the abilities of their role, handed to every desk."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import NotAllowed
from core.staff.abilities import ABILITIES, Ability
from core.vocabulary import Role


class CameBy(StrEnum):
    """How a session was opened; ``provider_strong``: with a second factor, the provider's or ours."""

    PASSWORD = "password"  # noqa: S105  # a kind of login
    PROVIDER = "provider"
    PROVIDER_STRONG = "provider_strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A member of staff in one session; ``session`` is the hash of its token, ``training_id`` the day of training it is on.

    ``confirmed_at``: when the person last proved in this session who they are; ``has_code``: they have a second factor.
    """

    id: int
    login: str
    full_name: str
    role: Role
    on_shift: bool
    shortcuts_on: bool
    notify: str
    session: str
    training_id: int | None = None
    must_enrol: bool = False
    must_change: bool = False
    has_code: bool = False
    confirmed_at: datetime | None = None
    came_by: CameBy = CameBy.PASSWORD

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the role may do; nothing before a given password is changed and a second factor set that the role must have."""
        return frozenset() if self.must_enrol or self.must_change else ABILITIES[self.role]

    def may(self, ability: Ability) -> bool:
        """Whether the role has the ability."""
        return ability in self.abilities

    def must(self, ability: Ability) -> None:
        """Raises NotAllowed unless the role has the ability."""
        if ability not in self.abilities:
            raise NotAllowed(ability=ability.value)
