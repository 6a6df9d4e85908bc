"""Every acronym that a document prints in a title is explained on the page of its indicator."""

import re
from collections.abc import Iterator

from api.schemes.document import SchemeModel
from api.schemes.loading import models
from web.formats import unlined
from web.glossary import ACRONYMS, explained, printed, unexplained

MODELS = models()


def test_every_run_of_capitals_of_the_312_labels_is_explained_or_no_acronym() -> None:
    indicators = [one for model in MODELS for one in model.indicators]
    assert len(indicators) == 312
    found = {
        (one.code, word) for one in indicators for word in unexplained(f"{one.label} {one.part}")
    }
    assert found == set()


def test_so_is_every_one_of_what_the_project_wrote_around_them() -> None:
    found = {
        (one.code, word)
        for model in MODELS
        for one in model.indicators
        for text in (one.explanation, one.perimeter, one.source, one.note, one.unit)
        for word in unexplained(text or "")
    }
    assert found == set()


def test_an_unknown_acronym_is_seen() -> None:
    assert unexplained("Nombre de marchés XYZ et de l’Y") == ["XYZ"]


def test_no_page_sends_to_a_line_of_a_text_that_its_reader_has_not() -> None:
    assert unlined("Un objectif (l. 172). Ni mode de calcul. 12 marchés.") == (
        "Un objectif. Ni mode de calcul. 12 marchés."
    )
    assert unlined("Aussi l. 533 et 555, hors du rappel (l. 104, année lue).") == (
        "Aussi lignes 533 et 555 du texte extrait du document, hors du rappel (année lue)."
    )
    texts = [text for model in MODELS for text in _texts(model.model_dump(mode="json"))]
    lost = re.compile(r"\bl\.\s\d|texte extrait")
    assert len(texts) > 5000
    assert [one for one in texts if lost.search(unlined(one))] == []


def _texts(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, (list, dict)):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _texts(one)


def test_an_acronym_that_the_text_spells_out_is_not_told_again() -> None:
    assert explained(["Analyse du Cycle de vie (ACV)"]) == []
    listed = [word for word, _ in explained(["structures d'insertion (EA, ESAT, SIAE)"])]
    assert listed == ["EA", "ESAT", "SIAE"]
    assert explained(["missions d’AMO DD"]) == [(one, ACRONYMS[one]) for one in ("AMO", "DD")]


def test_what_a_document_prints_around_its_indicators_is_explained_too() -> None:
    told = {
        model.code: [one for one, _ in explained(printed(tree), model.code)]
        for model in MODELS
        for tree in [model.model_dump(mode="json")["axes"]]
    }
    assert {"CERDD", "CD2E", "HDFID"} <= set(told["call-2023-2026"])
    assert {"CERDD", "CD2E"} <= set(told["mel-smart-2023"])
    assert {"DPPI", "GESAT"} <= set(told["clermont"])
    assert "DPPI" not in told["mel-smart-2023"]


# What a text that a page shows prints in capitals as it stands, or tells of itself.
PRINTED = {"INDICATEURS", "INSERTION", "SOCIALE", "OBJECTIFS", "II", "III", "IV"}
PRINTED |= {"AGECE", "MDPH", "MPDH", "OVT", "SG", "PADT"}


def test_every_acronym_of_a_dashboard_is_spelled_out_or_explained() -> None:
    content = set(SchemeModel.model_fields) - {"indicators", "code", "organisations", "period"}
    for model in MODELS:
        texts = list(printed([model.model_dump(mode="json", include=content)]))
        whole = " ".join(texts)
        words = {word for text in texts for word in unexplained(text)} - PRINTED
        lost = {word for word in words if not re.search(rf"\w \({word}\)", whole)}
        assert lost == set(), model.code
    # What means something at one buyer only is told nowhere else.
    assert explained(["Mission à la DAE"], "cd62-2026-2029") == []


def test_the_same_letters_mean_to_each_buyer_what_its_document_says() -> None:
    ours, theirs = (
        dict(explained(["payé dans GDA"], code)) for code in ("cd62-2026-2029", "mel-smart-2023")
    )
    assert "Pas-de-Calais" in ours["GDA"]
    assert "Lille" in theirs["GDA"]
    assert explained(["payé dans GDA"], "clermont") == []


def test_a_network_is_told_once_though_its_name_is_two_acronyms() -> None:
    assert [one for one, _ in explained(["ADEME, AURA-EE"], "clermont")] == ["AURA-EE", "ADEME"]


def test_two_words_of_the_trade_are_told_unless_brackets_follow_them() -> None:
    for text in ("relevé sur le profil d'acheteur", "les profils d’acheteur"):
        assert [one for one, _ in explained([text])] == ["profil d’acheteur"]
    assert explained(["le profil d’acheteur (le site des consultations)"]) == []
    told = explained(["offres reçues (données essentielles)"])
    assert [one for one, _ in told] == ["données essentielles"]
