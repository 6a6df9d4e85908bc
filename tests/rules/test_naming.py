"""Whose name it is: a person's is never taken for a company's, and doubt is said."""

import pytest

from api.rules.naming import called, known_name, public_name, reads_as_person
from api.rules.records import Party


@pytest.mark.parametrize(
    "name",
    [
        "Jeanne Canari",
        "CANARI Jeanne",
        "CANARI JEAN-LUC",
        "Mme Canari",
        "M. CANARI",
        "Monsieur Canari (mandataire du groupement)",
        "Canari Elagage, entreprise individuelle",
        "CANARI E.I.R.L.",
        "Canari Auto-entrepreneur",
        "Jean de la Canardière",
        "LE CANARI PAULETTE",
    ],
)
def test_a_name_that_says_a_person_is_read_as_one(name: str) -> None:
    assert reads_as_person(name) is True


@pytest.mark.parametrize(
    "name",
    [
        "SARL Jeanne Canari",
        "S.A.S. Canari et fils",
        "Association Pierre Canari",
        "Canari Elagage Services",
        "Les Jardins du Canari Services",
        "Ville de Roubaix",
        "RENOV 62",
        "Entreprise fictive 00620",
    ],
)
def test_a_name_that_says_a_company_is_read_as_one(name: str) -> None:
    assert reads_as_person(name) is False


@pytest.mark.parametrize(
    "name",
    [
        "Canari Serin",
        "Ets Pierre Canari",
        "Canari Serin Colibri",
        "Garage Jeanne Canari",
        "Le Canari de Jeanne",
        # Given names that no list holds, with a particle, in four words; a surname alone.
        "Nolwenn Le Gall",
        "Tugdual Le Guen",
        "Kwame de Souza",
        "Gwenn du Plessis des Bois",
        "Nguyen Thi Minh Khai",
        "Diallo Mamadou Alpha Oumar",
        "Kwame Grand",
        "CANARI",
        "Jeanne",
    ],
)
def test_a_name_that_may_be_of_a_person_is_a_doubt(name: str) -> None:
    assert reads_as_person(name) is None
    doubtful = Party("SIRET", "00000062000013", name)
    # Shown to the buyer who wrote it, to nobody else.
    assert known_name(doubtful) == name
    assert public_name(doubtful) is None


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("name", ["Jeanne Canari", "SARL Canari", "Canari Serin"])
def test_what_is_said_of_a_company_decides_whatever_its_name(name: str, said: bool) -> None:
    party = Party("SIRET", "00000062000013", name, said)
    expected = None if said else name
    assert known_name(party) == public_name(party) == expected
    assert called(party) == (expected or "00000062000013")


def test_a_person_without_number_is_called_by_what_it_is() -> None:
    assert called(Party(None, None, "Mme Canari")) == "Entreprise individuelle"
