"""Every code has its French, every public its family, and a statement only moves as it should."""

from enum import StrEnum
from itertools import product

import pytest

from api.rules.hours import vocabulary
from api.rules.hours.labels import LABELS, choices, label
from api.rules.hours.vocabulary import (
    DYNAMIC_EXITS,
    PUBLICS,
    ExitSituation,
    Modality,
    Public,
    PublicFamily,
    StatementState,
    may_become,
)

ENUMS = [
    one
    for one in vars(vocabulary).values()
    if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
]


@pytest.mark.parametrize("codes", ENUMS)
def test_every_code_has_its_french_and_no_two_read_the_same(codes: type[StrEnum]) -> None:
    labels = [label(code) for code in codes]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert not any("'" in text for text in labels)  # the typographic apostrophe only
    assert choices(codes) == tuple(zip((code.value for code in codes), labels, strict=True))


def test_the_table_of_labels_holds_no_other_enumeration() -> None:
    assert set(LABELS) == set(ENUMS)


def test_the_sensitive_publics_are_those_of_health_justice_asylum_care_and_homelessness() -> None:
    assert {code for code, spec in PUBLICS.items() if spec.sensitive} == {
        "th",
        "aah",
        "asi_invalidite",
        "detention_mj",
        "refugie",
        "ase",
        "sans_hebergement",
    }


def test_every_public_has_a_family_and_every_family_a_public() -> None:
    assert list(PUBLICS) == list(Public)
    assert {spec.family for spec in PUBLICS.values()} == set(PublicFamily)


def test_the_codes_that_others_store_do_not_move() -> None:
    assert " ".join(Public) == (
        "deld detld rsa ass aah asi_invalidite th jeune_sq jeune_neet senior_50 qpv zfrr iae geiq "
        "ea_esat regie_quartier epide e2c plie cej refugie detention_mj ase parent_isole "
        "sans_hebergement autre_avis_motive"
    )
    assert " ".join(Modality) == (
        "hire_cdi hire_cdd apprenticeship professionalisation temp_ett temp_etti temp_eatt lent_ai "
        "lent_geiq joint_siae subcontract_ei subcontract_aci subcontract_ea subcontract_esat "
        "regie_quartier eiti training_period other"
    )


def test_a_statement_moves_only_along_its_five_paths() -> None:
    moves = {
        (str(one), str(other))
        for one, other in product(StatementState, repeat=2)
        if may_become(one, other)
    }
    assert moves == {
        ("draft", "submitted"),
        ("submitted", "to_correct"),
        ("submitted", "validated"),
        ("submitted", "rejected"),
        ("to_correct", "submitted"),
    }


def test_an_unknown_situation_is_not_a_dynamic_exit() -> None:
    assert ExitSituation.UNKNOWN not in DYNAMIC_EXITS
    assert len(DYNAMIC_EXITS) == 3
