"""A column of a file is taken for a field only when its title says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.columns import Column, ColumnKind, match, normalised, recognised

CONTRACT = Column("contract", "N° de marché", required=True, synonyms=("référence du marché",))
MONTH = Column("month", "Mois", required=True, synonyms=("période",), kind=ColumnKind.MONTH)
HOURS = Column("hours", "Heures réalisées", required=True, synonyms=("nb d’heures", "heures"))
DUE = Column("due", "Heures prévues", kind=ColumnKind.DECIMAL)
SIRET = Column("siret", "SIRET de l’entreprise", synonyms=("siret",))
COLUMNS = (CONTRACT, MONTH, HOURS, DUE, SIRET)


@pytest.mark.parametrize(
    "title",
    [
        "N° de marché",
        "n°  DE MARCHE :",
        "Nº de marché *",
        "numéro de marché",
        "N°de_marché",
        "contract",
    ],
)
def test_case_accents_punctuation_and_spaces_do_not_matter(title: str) -> None:
    found = match([title], COLUMNS)
    assert (found.fields, found.guessed) == ({"contract": 0}, frozenset())


def test_a_file_is_matched_whatever_the_order_of_its_columns() -> None:
    found = match(["Période", "", "SIRET", "Remarque", "Nb d'heures", "N° de marché"], COLUMNS)
    assert found.fields == {"month": 0, "siret": 2, "hours": 4, "contract": 5}
    assert found.unmatched == ("Remarque",)
    assert found.missing == ()


def test_the_label_wins_over_a_synonym_and_the_first_of_two_alike_wins() -> None:
    found = match(["Heures", "Heures réalisées", "Mois", "MOIS"], COLUMNS)
    assert found.fields == {"hours": 1, "month": 2}
    assert found.unmatched == ("Heures", "MOIS")
    assert found.missing == (CONTRACT,)


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Heure réalisée", "hours"),
        ("Heures réalisés", "hours"),
        ("Les heures réalisées", "hours"),
        ("Heures prevuees", "due"),
        ("SIRET entreprise", "siret"),
        ("SIRET de l’entreprisse", "siret"),
    ],
)
def test_a_close_title_is_taken_but_told_as_a_guess(title: str, field: str) -> None:
    found = match([title], COLUMNS)
    assert (found.fields, found.guessed) == ({field: 0}, {field})


@pytest.mark.parametrize(
    "title",
    [
        "Heures perdues",
        "SIREN de l’entreprise",
        "Heures réalisées 2025",
        "Heures",
        "Date de fin",
        "Marché",
        "réalisées heures",
        "",
        "***",
    ],
)
def test_a_title_that_says_something_else_is_not_taken(title: str) -> None:
    columns = (CONTRACT, MONTH, Column("hours", "Heures réalisées"), DUE, SIRET)
    assert match([title], columns).fields == {}


def test_a_title_that_two_fields_claim_alike_is_left_to_the_person() -> None:
    columns = (Column("one", "Montant du lot"), Column("two", "Montants du lot"))
    assert match(["Montant des lots"], columns).fields == {}
    two_titles = match(["Heure réalisée", "Heures réalisés"], (HOURS,))
    assert two_titles.fields == {"hours": 0} or two_titles.fields == {}


def test_what_the_organisation_chose_before_wins() -> None:
    remembered = {"REMARQUE": "hours", "heures realisees": "", "Mois": "unknown"}
    found = match(["Heures réalisées", "Remarque", "Mois"], COLUMNS, remembered)
    assert found.fields == {"hours": 1, "month": 2}
    assert found.unmatched == ("Heures réalisées",)
    assert found.guessed == frozenset()


def test_a_header_is_told_from_other_lines_by_what_is_known_for_sure() -> None:
    assert recognised(["Mois", "SIRET", "Heure réalisée", "x"], COLUMNS) == 2
    assert recognised(["Relevé des heures", ""], COLUMNS) == 0


TITLES = st.lists(
    st.sampled_from(["Mois", "mois ", "Heures", "Heure", "SIRET", "Siret", "", "x", "N° marché"])
    | st.text(max_size=12),
    max_size=12,
)


@given(TITLES, st.dictionaries(st.text(max_size=5), st.sampled_from(["hours", "month", ""])))
def test_never_two_titles_for_a_field_nor_two_fields_for_a_title(
    header: list[str], remembered: dict[str, str]
) -> None:
    found = match(header, COLUMNS, remembered)
    taken = list(found.fields.values())
    assert len(set(taken)) == len(taken)
    assert found.fields.keys() <= {column.field for column in COLUMNS}
    assert found.guessed <= found.fields.keys()
    assert len(found.unmatched) + len(taken) == len([title for title in header if title.strip()])
    assert {one.field for one in found.missing} == {
        one.field for one in COLUMNS if one.required and one.field not in found.fields
    }


@given(st.text())
def test_a_title_normalised_twice_is_the_same(title: str) -> None:
    assert normalised(normalised(title)) == normalised(title)
