"""What an API key can be for is said the same in the code and on the integrators' page."""

import re
from pathlib import Path

from api.access.scopes import SCOPES

PAGE = (Path(__file__).parents[2] / "openapi" / "README.md").read_text("utf-8")


def test_the_page_tells_every_scope_in_the_words_of_the_table() -> None:
    told = re.findall(r"^\| `([a-z]+:[a-z]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert told == [(scope.value, one.words) for scope, one in SCOPES.items()]


def test_a_scope_opens_the_right_it_is_called_after() -> None:
    for scope, one in SCOPES.items():
        assert scope.value in {each.value for each in one.permissions}
