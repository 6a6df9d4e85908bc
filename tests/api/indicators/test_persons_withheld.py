"""Why persons of a year can't be told of: its figures are not arrested yet, or are secret."""

from uuid import UUID

from api.indicators.engine import Where
from api.indicators.persons import withheld

FIRST, SECOND = UUID(int=1), UUID(int=2)
YEAR = 2025


def test_a_year_that_is_closed_is_never_said_to_be_open() -> None:
    closed = {Where(FIRST, YEAR), Where(SECOND, YEAR)}
    secret = withheld({Where(FIRST, YEAR): None}, closed, [FIRST, SECOND], YEAR)
    assert secret == "secret statistique : trop peu de personnes en 2025 pour le dire"
    waits = withheld({}, {Where(FIRST, YEAR)}, [FIRST, SECOND], YEAR)
    assert waits == ("donné une fois l’année close : 2025 ne l’est pas encore")
    assert withheld(dict.fromkeys(closed), closed, [FIRST, SECOND], YEAR) is None
