"""Words of the trade that a page uses, in plain words: each told once, where it is used."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

# What is looked for, and its explanation. A word that the text itself spells out, « économie
# sociale et solidaire (ESS) », needs none.
WORDS: Mapping[str, tuple[str, str]] = {
    "marque": (
        r"\bmarques? (?:du |de |des |«)",
        "réponse oui ou non portée sur la fiche d’un marché ou d’une consultation",
    ),
    "fondement": (
        r"\bfondements?\b",
        "article du code de la commande publique qui permet de réserver un marché",
    ),
    "EGALim": (
        r"\bEGALim\b",
        "loi de 2018 sur l’agriculture et l’alimentation, qui fixe aux restaurants collectifs des "
        "parts de produits durables et de qualité",
    ),
    "TPE": (r"\bTPE\b", "très petite entreprise"),
    "PME": (r"\bPME\b", "petite ou moyenne entreprise"),
    "CO2": (r"CO[2₂]", "dioxyde de carbone, principal gaz à effet de serre"),
    # Where brackets follow, the text says itself what it is.
    "profil d’acheteur": (
        r"\b[Pp]rofils? d['’]acheteurs?\b(?! \()",
        "site où un acheteur publie ses consultations et reçoit les offres",
    ),
    "données essentielles": (
        r"\b[Dd]onnées essentielles\b(?! \()",
        "ce que chaque acheteur publie de ses contrats, dans un format fixé par l’État",
    ),
    "AURA-EE": (r"\bAURA-EE\b", "réseau Auvergne-Rhône-Alpes Énergie Environnement"),
}
# Acronyms, looked for as they are written.
ACRONYMS: Mapping[str, str] = {
    "AB": "agriculture biologique (un label)",
    "ACI": "atelier et chantier d’insertion",
    "ACV": "analyse du cycle de vie : les effets d’un produit de sa fabrication à sa fin de vie",
    "ADEME": "agence de la transition écologique",
    "AGEC": "loi de 2020 relative à la lutte contre le gaspillage et à l’économie circulaire",
    "AMI": "appel à manifestation d’intérêt",
    "AMO": "assistance à maîtrise d’ouvrage, ou l’assistant lui-même",
    "API": "accès automatique aux données d’un autre service, d’un logiciel à l’autre",
    "APuRe": "association des acheteurs publics responsables en Hauts-de-France",
    "BE": "bureau d’études",
    "BEGES": "bilan des émissions de gaz à effet de serre",
    "BISOU": "méthode pour questionner un achat : besoin, immédiateté, similaire, origine, utile",
    "BPU": "bordereau des prix unitaires",
    "CAD": "comité annuel des achats durables",
    "CALL": "communauté d’agglomération de Lens-Liévin",
    "CAO": "commission d’appel d’offres",
    "CCAG": "cahier des clauses administratives générales : les règles communes des marchés",
    "CCAS": "centre communal d’action sociale",
    "CCI": "chambre de commerce et d’industrie",
    "CCTP": "cahier des clauses techniques particulières",
    "CD": "conseil départemental",
    "CD2E": "centre de déploiement de l’éco-transition dans les entreprises et les territoires",
    "CD40": "conseil départemental des Landes",
    "CD59": "conseil départemental du Nord",
    "CEE": "certificats d’économies d’énergie",
    "CERDD": "centre ressource du développement durable (Hauts-de-France)",
    "CORIF": "organisme de formation à l’égalité professionnelle (Hauts-de-France)",
    "CPV": "nomenclature européenne des achats (un code pour ce qui est acheté)",
    "CRESS": "chambre régionale de l’économie sociale et solidaire",
    "DCE": "dossier de consultation des entreprises",
    "DCP": "direction de la commande publique",
    "DD": "développement durable",
    "DECP": "données essentielles de la commande publique, que chaque acheteur publie",
    "DRH": "direction des ressources humaines",
    "EA": "entreprise adaptée, qui emploie surtout des travailleurs handicapés",
    "EPCI": "établissement public de coopération intercommunale",
    "ESAT": "établissement et service d’accompagnement par le travail de personnes handicapées",
    "ESS": "économie sociale et solidaire (associations, coopératives, mutuelles, fondations, "
    "entreprises agréées)",
    "ETP": "équivalent temps plein",
    "FALC": "facile à lire et à comprendre",
    "FSC": "label de gestion durable des forêts",
    "GES": "gaz à effet de serre",
    "GESAT": "réseau national des établissements d’aide par le travail et des entreprises adaptées",
    "GIP": "groupement d’intérêt public",
    "GNV": "gaz naturel pour véhicules",
    "GPL": "gaz de pétrole liquéfié",
    "HDF": "Hauts-de-France",
    "HDFID": "Hauts-de-France innovation développement, l’agence régionale de l’innovation",
    "HT": "hors taxes",
    "IAE": "insertion par l’activité économique",
    "ISO": "organisation internationale de normalisation ; suivi d’un nombre, une de ses normes",
    "JO": "Journal officiel",
    "MAPA": "marché à procédure adaptée",
    "MDE": "maison de l’emploi",
    "MEL": "Métropole européenne de Lille",
    "MOA": "maîtrise d’ouvrage",
    "MOE": "maîtrise d’œuvre",
    "MSF": "marché sans formalité",
    "NF": "norme française (une marque de certification)",
    "ODD": "objectifs de développement durable des Nations unies",
    "PCAET": "plan climat-air-énergie territorial",
    "PEFC": "label de gestion durable des forêts",
    "PLIE": "plan local pour l’insertion et l’emploi",
    "QVT": "qualité de vie au travail",
    "RFAR": "relations fournisseurs et achats responsables (un label)",
    "RQTH": "reconnaissance de la qualité de travailleur handicapé",
    "SAD": "système d’acquisition dynamique",
    "SI": "système d’information",
    "SIAE": "structure d’insertion par l’activité économique",
    "SPASER": "schéma de promotion des achats publics socialement et écologiquement responsables",
    "TPME": "très petites, petites et moyennes entreprises",
    "TTC": "toutes taxes comprises",
    "UE": "Union européenne",
    "UGAP": "centrale d’achat public nationale",
    "URIAE": "union régionale pour l’insertion par l’activité économique",
}
# What means so in the scheme of one buyer alone, by the beginning of its code: the same letters may
# mean something else in another.
_UNTOLD = "service de Clermont Auvergne Métropole, que son document n’explique pas"
OWN: Mapping[str, Mapping[str, str]] = {
    "call": {"ID": "label innovation durable"},
    "cd62": {
        "CAAP": "communauté des acteurs de l’achat public (Pas-de-Calais)",
        "DAAJ": "direction des achats et de l’accompagnement juridique (Pas-de-Calais)",
        "GDA": "outil du Département du Pas-de-Calais, que son document n’explique pas",
        "SIS": "outil du Département du Pas-de-Calais (SIS Marchés), que son document n’explique "
        "pas",
        "UDF": "unités déconcentrées des finances (Pas-de-Calais)",
    },
    "clermont": {
        "3DE": "direction du développement durable et de l’énergie (Clermont-Ferrand)",
        "AURAE": "sans doute AURA-EE, réseau Auvergne-Rhône-Alpes Énergie Environnement",
        "DAE": "sans doute la direction de l’attractivité économique de la Métropole, que le "
        "document nomme ailleurs",
        "DPP": _UNTOLD,
        "DPPI": _UNTOLD,
    },
    "mel": {
        "DAL": "direction achats logistique (Métropole européenne de Lille)",
        "DDM": "direction des déchets ménagers (Métropole européenne de Lille)",
        "DREC": "territoires engagés pour une économie circulaire, programme de l’Union européenne",
        "DTEC": "direction transition énergie climat (Métropole européenne de Lille)",
        "GDA": "outil de la Métropole européenne de Lille, que son document n’explique pas",
        "LIFT": "programme d’Open Contracting Partnership dont la Métropole est lauréate ; ici, "
        "son étude des données ouvertes avec Datactivi.st",
        "OMEGA": "outil de la Métropole européenne de Lille, que son document n’explique pas",
        "OSONS": "réseau métropolitain des acheteurs responsables",
        "RSE": "responsabilité sociale de l’entreprise, ou de l’employeur",
        "SEVE": "sigle que le document n’explique pas",
        "SMART": "schéma métropolitain des achats responsables au service de la transition",
        "SPAPSER": "schéma de promotion des achats publics socialement et écologiquement "
        "responsables : le premier schéma de la Métropole",
    },
}
# Words in capitals that are no acronym: « ACTION 7 », the letters before the codes of the
# indicators of a scheme; the two halves of « AURA-EE », which is told whole.
NAMES = frozenset({"ACTION", "AURA", "CAM", "CD62", "EE"})
_CAPITALS = re.compile(r"\w*[A-ZÀ-Ý]{2}\w*")


def explained(texts: Iterable[str | None], scheme: str = "") -> list[tuple[str, str]]:
    """The words of these texts that they do not spell out, each with its explanation; without those
    that mean something in another ``scheme`` only, told by its code."""
    return list(_explained(" ".join(filter(None, texts)), scheme))


# The dashboard of a scheme prints the same words at each visit.
@lru_cache(maxsize=64)
def _explained(text: str, scheme: str) -> tuple[tuple[str, str], ...]:
    words = [(word, told) for word, (pattern, told) in WORDS.items() if re.search(pattern, text)]
    written = dict.fromkeys(_CAPITALS.findall(text))
    own = {key: told for code in OWN if scheme.startswith(code) for key, told in OWN[code].items()}
    known = {**ACRONYMS, **own}
    words += [(one, known[one]) for one in written if one in known]
    return tuple((word, told) for word, told in words if not _spelled_out(word, text))


def printed(tree: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What a document prints of its axes, objectives and actions, beside their codes: titles,
    pilots, partners, sub-actions…"""
    for branch in tree:
        for name, told in branch.items():
            if isinstance(told, str) and name != "code":
                yield told
            elif isinstance(told, list):
                yield from (one for one in told if isinstance(one, str))
                yield from printed(one for one in told if isinstance(one, dict))


def unexplained(text: str) -> list[str]:
    """The words of a text in capitals, two at least in a row, that nothing here explains."""
    return [
        one
        for one in _CAPITALS.findall(text)
        if one not in ACRONYMS
        and one not in NAMES
        and not any(one in own for own in OWN.values())
        and not any(re.search(pattern, one) for pattern, _ in WORDS.values())
    ]


def _spelled_out(word: str, text: str) -> bool:
    """Whether the first use of an acronym stands alone in brackets, after its own words."""
    if not _CAPITALS.search(word):
        return False
    first = re.search(rf"(\w \()?\b{re.escape(word)}\b(\))?", text)
    return first is not None and all(first.groups())
