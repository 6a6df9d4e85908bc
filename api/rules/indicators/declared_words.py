"""What people declare, read aloud: a figure, its base, a list, a step, a count of targets met."""

from collections.abc import Mapping

from api.rules.indicators.vocabulary import Definition, Fact
from api.rules.indicators.words import Period

# Said of the indicator itself, whatever else the definition holds: by fact, with a base, in words.
SAID: Mapping[tuple[Fact, bool, bool], tuple[str, str]] = {
    (Fact.MEASURE, False, False): (
        "Un chiffre est déclaré une fois l’an par la personne qui en a la charge.",
        "Le chiffre déclaré. Pour plusieurs organisations{years} : la somme.",
    ),
    (Fact.MEASURE, True, False): (
        "Deux chiffres sont déclarés une fois l’an par la personne qui en a la charge : la valeur "
        "et la base à laquelle elle se rapporte.",
        "{rate}. Pour plusieurs organisations{years} : les deux chiffres sont additionnés avant la "
        "division.",
    ),
    (Fact.MEASURE, False, True): (
        "Une liste est déclarée une fois l’an par la personne qui en a la charge.",
        "La liste déclarée, sans calcul.",
    ),
    (Fact.MILESTONE, False, False): (
        "La personne qui en a la charge dit si c’est fait, et à quelle date.",
        "Oui ou non ; dans les délais quand la date est celle de l’échéance, ou avant.",
    ),
    (Fact.TARGET, False, False): (
        "On compte chaque indicateur qui atteint sa cible.",
        "Nombre d’indicateurs qui atteignent leur cible, divisé par le nombre de ceux qui ont une "
        "cible échue et assez de réponses pour le dire, en pourcentage.",
    ),
}
_POINTS = "points de %"
# What is measured, where other units count things: « le total de kWh », « le nombre de repas ».
_MEASURED = frozenset({"kWh", "m²", "grammes", "années", "points", _POINTS, "litres"})
VOWELS = tuple("aeiouyéèêhœ")


def said(definition: Definition) -> tuple[str, str] | None:
    """What is looked at and the arithmetic of what people declare; None of what is computed."""
    found = SAID.get((definition.fact, definition.base, definition.words))
    if found is None:
        return None
    # Years add up only in what is counted since the start of the scheme.
    years = " ou plusieurs années" if definition.period is Period.CUMULATIVE else ""
    return found[0], found[1].format(years=years, rate=_rate(definition))


def _rate(definition: Definition) -> str:
    """The two numbers of a declared rate: « Le nombre déclaré de femmes, divisé par… »."""
    units = definition.units
    if units is None or units.base is None:
        return "La valeur déclarée, divisée par la base déclarée"
    if units.value != units.base:
        value, base = (_number(one, " déclaré") for one in (units.value, units.base))
        return f"Le {value}, divisé par le {base}"
    if units.value.startswith("€"):
        told = "Le montant en euros dont parle l’indicateur"
        # The whole that it is part of, or what a law asked: the perimeter tells which.
        whole = "le montant auquel il le rapporte"
    else:
        whole = f"le nombre total {of(units.base)}"
        if units.value in _MEASURED:
            whole = "celui de l’ensemble"
        told = f"Le {_number(units.value)} dont parle l’indicateur"
    return f"{told}, divisé par {whole}, tous deux déclarés"


def _number(unit: str, said: str = "") -> str:
    """« nombre de contrats », « nombre déclaré de contrats », « total déclaré des euros payés »."""
    if unit == "€":
        return f"montant{said} en euros"
    if unit.startswith("€"):
        return f"total{said} des euros{unit.removeprefix('€')}"
    if unit == _POINTS:
        # « points de % » are what each rate is told in.
        return f"total{said} des taux, en points"
    # « kWh renouvelables » are measured, as kWh are.
    measured = unit in _MEASURED or unit.partition(" ")[0] in _MEASURED
    return f"{'total' if measured else 'nombre'}{said} {of(unit)}"


def of(word: str) -> str:
    """« de contrats », « d’offres »."""
    return f"d’{word}" if word.startswith(VOWELS) else f"de {word}"
