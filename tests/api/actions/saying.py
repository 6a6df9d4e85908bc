"""What the tests of the follow-up of schemes ask of the service, in few words."""

from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from tests.api.reserved.asking import ask
from tests.cases.actions import YEAR, scheme_of
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


@dataclass(frozen=True)
class World:
    """A scheme of one's own, adopted by two buyers, and hands to speak of its indicators."""

    service: Service
    code: str
    indicators: dict[str, str]

    def measure(self, name: str, account: str = "pilot", **said: Any) -> Response:
        """The answer to a declaration; ``If_Match`` among ``said`` is a header."""
        headers = {"If_Match": said.pop("If_Match")} if "If_Match" in said else {}
        body = {"organisation": DEMONSTRATION, "year": YEAR} | said
        path = f"/measures/{self.indicators[name]}"
        return ask(self.service, "PUT", path, body, account, **headers)

    def forget(self, name: str, account: str = "pilot", year: int = YEAR) -> Response:
        """The answer to the removal of a measure."""
        path = f"/measures/{self.indicators[name]}?organisation={DEMONSTRATION}&year={year}"
        return ask(self.service, "DELETE", path, None, account)

    def milestone(self, name: str, account: str = "pilot", **said: Any) -> Response:
        """The answer to what is said of a milestone."""
        headers = {"If_Match": said.pop("If_Match")} if "If_Match" in said else {}
        body = {"organisation": DEMONSTRATION} | said
        path = f"/milestones/{self.indicators[name]}"
        return ask(self.service, "PUT", path, body, account, **headers)

    def campaign(self, account: str = "pilot", **said: Any) -> Response:
        """The answer to the opening of a campaign."""
        body = {
            "organisation": DEMONSTRATION,
            "scheme": self.code,
            "year": YEAR,
            "due_on": "2026-02-28",
        }
        return ask(self.service, "POST", "/campaigns", body | said, account)

    def assign(self, campaign: Any, name: str, account: str = "pilot", **said: Any) -> Response:
        """The answer to the assignment of an indicator."""
        path = f"/campaigns/{campaign['id']}/duties/{self.indicators[name]}"
        return ask(self.service, "PUT", path, said, account)

    def rows(self, campaign: Any, account: str = "pilot") -> dict[str, Any]:
        """What is owed in a campaign, by code."""
        found = self.service.get(f"/api/v1/campaigns/{campaign['id']}", account)
        return {one["code"]: one for one in found["rows"]}


def world(service: Service, *adopters: str, by_part: bool = False) -> World:
    """A new scheme and its hands; ``by_part``: some of its figures are told by part."""
    whose = adopters or (DEMONSTRATION, OTHER)
    return World(service, *scheme_of(service, *whose, by_part=by_part))
