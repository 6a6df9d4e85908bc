"""What fits an object in the fictions: who sells it, where it is filed, what may be asked of it.

Everything goes by the code of the object in the European nomenclature (CPV), the longest prefix
first. A fiction in which food is asked to hold asphalt teaches nobody.
"""

from collections.abc import Mapping
from typing import Final

# How many invented companies are of each sector; 400 in all.
SECTORS: Final[Mapping[str, int]] = {
    "works": 112,
    "studies": 45,
    "cleaning": 40,
    "green": 23,
    "energy": 30,
    "transport": 35,
    "food": 26,
    "digital": 34,
    "social": 22,
    "office": 18,
    "supplies": 15,
}
_SECTOR_OF: Final[Mapping[str, str]] = {
    "03": "green",
    "09": "energy",
    "15": "food",
    "30213": "digital",
    "34": "transport",
    "34992": "supplies",
    "45": "works",
    "48": "digital",
    "50": "energy",
    "5011": "transport",
    "55": "food",
    "60": "transport",
    "63": "transport",
    "64": "digital",
    "64110": "transport",
    "66": "office",
    "71": "studies",
    "72": "digital",
    "77": "green",
    "7712": "cleaning",
    "79": "office",
    "79620": "social",
    "791": "studies",
    "80": "social",
    "85": "social",
    "90": "cleaning",
    "9071": "studies",
    "98": "office",
    "98371": "green",
}
# The family that a buyer files a purchase under; of the others nothing is said.
FAMILIES: Final[Mapping[str, str]] = {
    "15": "Denrées alimentaires",
    "30": "Fournitures et matériel de bureau",
    "30213": "Informatique",
    "34": "Véhicules",
    "34992": "Travaux de bâtiment et de voirie",
    "39": "Mobilier",
    "3983": "Propreté et déchets",
    "45": "Travaux de bâtiment et de voirie",
    "48": "Informatique",
    "50": "Maintenance",
    "55": "Restauration",
    "60": "Transports",
    "71": "Études et maîtrise d’œuvre",
    "72": "Informatique",
    "77": "Espaces verts",
    "7712": "Propreté et déchets",
    "79": "Services aux directions",
    "79620": "Insertion et social",
    "85": "Insertion et social",
    "90": "Propreté et déchets",
    "9071": "Études et maîtrise d’œuvre",
}
# What structures of insertion, of disability or of the social economy are able to hold.
RESERVABLE: Final = (
    "15894", "30192", "39130", "45112710", "45442", "45443", "5011", "55", "77", "79620", "79800",
    "80530", "85", "9051", "9061", "909", "98371",
)  # fmt: skip
# Where a solution that nobody sold before is commonly found.
_INNOVABLE: Final = ("30213", "34", "39", "45", "48", "64210", "7131", "72")
_GREEN: Final = ("environmental_clause", "environmental_criterion")
_SOCIAL: Final = ("social_clause",)
_ANY_SOCIAL: Final = ("social_clause", "social_criterion")
_LIKELY, _LIKELY_IF_TOLD, _LIKELY_IF_UNSAID = 0.3, 0.45, 0.15
# Seldom met, whatever the contract.
_ALONE: Final = ("tie_break_questionnaire", "alternative_method", "refined_lots")
# Where people far from work are commonly hired.
_LABOUR: Final = (
    "45", "50", "55", "60", "63", "77", "7962", "797", "798", "799", "85", "90", "98",
)  # fmt: skip
_EVERYWHERE: Final = ("",)
# Advice of lawyers: nobody is hired for it, and nothing of it weighs on the environment.
_OF_LAWYERS: Final = ("791",)
_NOT_OF_LAWYERS: Final = ("environmental_clause", "environmental_criterion", "social_clause")
# What is imposed is a clause, what offers are rated on is a criterion.
_IMPOSED: Final = ("environmental_clause",)
_RATED: Final = ("environmental_criterion",)
# The book that a scheme promises to write is not written: no contract has it yet.
_TO_COME: Final = ("environmental_prescriptions",)
# How the name of a purchase begins -> the marks that it says.
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "Mobilier de bureau de réemploi": ("reuse", "circular_economy"),
    "Fourniture d’ordinateurs reconditionnés": ("reuse", "second_hand", "circular_economy"),
    "Papier recyclé": ("recycled_materials",),
    "Produits d’entretien écolabellisés": ("ecolabel",),
    "Enrobés et matériaux de voirie": ("asphalt_aggregates", "recycled_materials"),
    "Véhicules utilitaires électriques": ("greenhouse_gas",),
    "Électricité d’origine renouvelable": ("greenhouse_gas",),
    "Produits issus de l’agriculture biologique": ("environmental_certification",),
}
_NEGOTIABLE: Final = (
    "Procédure adaptée",
    "Procédure avec négociation",
    "Dialogue compétitif",
    "Marché passé sans publicité ni mise en concurrence préalable",
)
# Mark -> the objects of which it may be said; an unlisted mark may be said of any.
_THEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "waste": ("15", "39", "44613", "45", "55", "77", "79952", "90"),
    "greenhouse_gas": ("09", "34", "45", "50", "55", "60", "71", "90"),
    "biodiversity": ("03", "15", "45112", "45233", "45240", "7131", "77", "9071"),
    "energy_saving": ("09", "30213", "34144", "45", "48", "50", "64", "71", "72"),
    "reuse": ("18", "302", "34144", "3443", "39130", "39160", "45"),
    "recycled_materials": ("18", "30", "34992", "37", "39", "44", "45"),
    "recyclable_materials": ("18", "30", "34992", "37", "39", "44", "45"),
    "biobased": ("18", "37", "39", "45"),
    "sustainable_resource": ("03", "09111", "15", "22", "30", "37", "391", "45"),
    "ecolabel": ("18", "30", "39", "45442", "79800", "909"),
    "environmental_certification": ("15", "30", "39", "45", "50", "79800", "79952", "90"),
    "second_hand": ("302", "34144", "3443", "391"),
    "provider_footprint": (*_LABOUR, "15", "64", "71", "72"),
    "asphalt_aggregates": ("44113", "45233"),
    "warm_asphalt": ("44113", "45233"),
    "insertion_clause": _LABOUR,
    "long_path": _LABOUR,
    "fair_trade": ("15", "18", "55"),
    "circular_economy": ("18", "22", "30", "34144", "3443", "37", "39", "44", "45", "90"),
    "life_cycle_analysis": ("30", "34", "39", "45"),
    "whole_life_cost": ("09", "30", "34", "37", "39", "44", "45", "48", "50", "72"),
    "carbon_footprint": ("09", "15", "34", "44", "45", "50", "55", "60", "64", "71", "90"),
    "carbon_offset": ("09", "45", "60", "64", "79952"),
    "sobriety": ("09", "30", "34", "39", "45", "48", "50", "71", "72", "90"),
    "impact_data": ("09", "15", "45", "50", "55", "60", "64", "72", "90"),
    "impact_limitation": ("45", "50", "55", "60", "77", "90"),
    "low_carbon_materials": ("44", "45"),
    "environmental_prescriptions": ("45",),
    "climate_plan": ("09", "34", "45", "50", "60", "71", "90"),
    "sustainable_assistance": ("45", "71"),
}


# Mark -> those of which one at least is said where it is; what goes alone is not listed.
_RESTS_ON: Final[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
    (
        *("waste", "greenhouse_gas", "biodiversity", "energy_saving", "reuse", "biobased"),
        *("recycled_materials", "recyclable_materials", "sustainable_resource", "ecolabel"),
        *("environmental_certification", "second_hand"),
        *("asphalt_aggregates", "warm_asphalt", "circular_economy", "life_cycle_analysis"),
        *("whole_life_cost", "carbon_footprint", "climate_plan", "sustainable_assistance"),
    ),
    _GREEN,
) | {
    "provider_footprint": _RATED,
    "carbon_offset": _IMPOSED,
    "impact_data": _IMPOSED,
    "impact_limitation": _IMPOSED,
    "low_carbon_materials": _IMPOSED,
    "sobriety": _IMPOSED,
    "environmental_prescriptions": _IMPOSED,
    "insertion_clause": _SOCIAL,
    "long_path": _SOCIAL,
    "apprenticeship": _ANY_SOCIAL,
    "equality": _ANY_SOCIAL,
    "non_discrimination": _ANY_SOCIAL,
    "social_other": _ANY_SOCIAL,
    "fair_trade": (*_ANY_SOCIAL, *_GREEN),
}


def sector_of(cpv: str) -> str:
    """The sector of who sells it."""
    return _longest(_SECTOR_OF, cpv) or "supplies"


def family_of(cpv: str) -> str | None:
    """The family of purchase that it is filed under, if any."""
    return _longest(FAMILIES, cpv)


def fits(mark: str, cpv: str | None) -> bool:
    """Tell whether a mark may be said of a purchase; of an unknown object, only what fits all."""
    if mark in _NOT_OF_LAWYERS and (cpv or "").startswith(_OF_LAWYERS):
        return False
    prefixes = _THEMES.get(mark, _EVERYWHERE)
    return (cpv or "").startswith(prefixes)


def likely(mark: str, cpv: str | None, said: Mapping[str, bool]) -> float:
    """How likely a mark is, from 0 to 1, once ``said`` is what open data say of the contract.

    What cannot be is never said: a theme of the environment where there is neither clause nor
    criterion about it, a clause of insertion where there is no social clause.
    """
    if mark in _TO_COME or not fits(mark, cpv):
        return 0.0
    told = [said.get(code) for code in _RESTS_ON.get(mark, ())]
    if not told:
        return _LIKELY_IF_UNSAID if mark in _ALONE else _LIKELY
    if any(told):
        return _LIKELY_IF_TOLD
    return _LIKELY_IF_UNSAID if None in told else 0.0


def named(subject: str | None) -> tuple[str, ...]:
    """The marks that the name of a purchase says: « mobilier de réemploi » is of reuse."""
    found = (codes for start, codes in _NAMED.items() if (subject or "").startswith(start))
    return next(found, ())


def told_by(subject: str) -> dict[str, bool]:
    """What open data say of a purchase by its name alone: what it is asked to be is a clause."""
    return dict.fromkeys(_IMPOSED, True) if named(subject) else {}


def implied(said: Mapping[str, bool]) -> frozenset[str]:
    """The general marks that the particular ones said yes to make true: a clause of sobriety is a
    clause about the environment, and what is of the environment is a clause or a criterion."""
    found = set()
    for code in (code for code, value in said.items() if value):
        told = _RESTS_ON.get(code, ())
        if told and not any(said.get(one) or one in found for one in told):
            found.add(told[0])
    return frozenset(found)


def reservable(cpv: str | None) -> bool:
    """Tell whether there are structures to hold it."""
    return (cpv or "").startswith(RESERVABLE)


def innovable(cpv: str | None) -> bool:
    """Tell whether it may be the purchase of an innovation."""
    return (cpv or "").startswith(_INNOVABLE)


def negotiable(procedure: str | None) -> bool:
    """Tell whether a buyer may negotiate; in an open call it may not."""
    return procedure in _NEGOTIABLE


def _longest(words: Mapping[str, str], cpv: str) -> str | None:
    sizes = range(len(cpv), 1, -1)
    return next((words[cpv[:size]] for size in sizes if cpv[:size] in words), None)
