"""Every remark the DECP rules can make: a stable code, how much it matters, a French sentence.

Levels: ``refusal`` — the row can't be identified and isn't read; ``warning`` — to be looked at by
someone; ``information`` — read with certainty, but not written as the format asks; ``publication``
— the record can't be published as it is.

In the sentences ``{field}`` is the DECP field, ``{value}`` what the file holds, ``{hint}`` what
the code that makes the remark adds.
"""

from typing import Final, NamedTuple

from api.rules.decp.dropped_words import ALTERED, DROPPED

REFUSAL: Final = "refusal"
WARNING: Final = "warning"
INFORMATION: Final = "information"
PUBLICATION: Final = "publication"


class IssueRule(NamedTuple):
    """Level and sentence of one code."""

    level: str
    template: str


def french(text: str) -> str:
    """Put the no-break spaces that French typography wants."""
    for plain, fixed in (("« ", "«\u00a0"), (" »", "\u00a0»"), (" :", "\u00a0:")):
        text = text.replace(plain, fixed)
    for mark in (";", "?", "!", "%", "€"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text


_RULES: dict[str, tuple[str, str]] = {
    # The row can't be identified.
    "not_an_object": (
        REFUSAL,
        "Cette ligne n’est pas un objet JSON : {value}.",
    ),
    "missing_reference": (
        REFUSAL,
        "Le contrat n’a pas d’identifiant (champ id : {value}). Indiquez le numéro du contrat.",
    ),
    "reference_too_long": (
        REFUSAL,
        "L’identifiant {value} (champ id) dépasse 64 caractères. Indiquez le numéro du contrat.",
    ),
    "missing_buyer": (
        REFUSAL,
        "L’acheteur n’est pas indiqué (champ {field}). Indiquez son SIRET.",
    ),
    "buyer_without_siret": (
        REFUSAL,
        "L’identifiant de l’acheteur {value} (champ {field}) n’est pas un SIRET de 14 chiffres. "
        "Indiquez son SIRET.",
    ),
    # Values that can't be used.
    "missing_value": (
        WARNING,
        "Le champ {field} n’est pas renseigné. Complétez-le si vous connaissez la valeur.",
    ),
    "missing_date": (
        WARNING,
        "La date {field} n’est pas renseignée. Complétez-la : elle fixe l’année et les délais.",
    ),
    "placeholder": (
        WARNING,
        "Le champ {field} contient la marque d’absence {value} : il est considéré comme non "
        "renseigné.",
    ),
    "unusable_value": (
        WARNING,
        "La valeur {value} du champ {field} n’est pas utilisable : {hint} est attendu. "
        "Elle est ignorée.",
    ),
    "impossible_date": (
        WARNING,
        "La date {value} du champ {field} n’existe pas ou n’est pas vraisemblable. "
        "Elle est ignorée : corrigez-la (AAAA-MM-JJ).",
    ),
    "out_of_range": (
        WARNING,
        "La valeur {value} du champ {field} est hors limites : {hint}. Elle est ignorée.",
    ),
    "unknown_label": (
        WARNING,
        "{value} n’est pas une valeur connue du champ {field}. Choisissez parmi : {hint}.",
    ),
    "unexpected_shape": (
        WARNING,
        "Le champ {field} n’a pas la forme attendue ({hint}) : {value}. Il est ignoré.",
    ),
    "empty_item": (
        WARNING,
        "L’élément {field} ne contient aucune valeur utilisable. Il est ignoré.",
    ),
    # Read, but not written as the format asks.
    "spaces_removed": (
        INFORMATION,
        "Le champ {field} contient des espaces superflus : {value} est lu sans eux.",
    ),
    "identifier_as_number": (
        INFORMATION,
        "Le champ {field} est écrit comme un nombre ({value}) : un zéro placé en tête aurait été "
        "perdu. Écrivez-le entre guillemets.",
    ),
    "number_as_text": (
        INFORMATION,
        "Le champ {field} est écrit comme un texte : {value} est lu {hint}. "
        "Écrivez un nombre, sans guillemets.",
    ),
    "boolean_as_text": (
        INFORMATION,
        "Le champ {field} contient {value}, lu {hint}. Écrivez true ou false, sans guillemets.",
    ),
    "date_respelled": (
        INFORMATION,
        "La date {value} du champ {field} est lue {hint}. Écrivez-la AAAA-MM-JJ.",
    ),
    "label_respelled": (
        INFORMATION,
        "{value} (champ {field}) est lu « {hint} », l’orthographe du format réglementaire.",
    ),
    "identifier_type_guessed": (
        INFORMATION,
        "Le type d’identifiant n’est pas indiqué (champ {field}) : {value} a 14 chiffres et est "
        "lu comme un SIRET.",
    ),
    "old_nature": (
        INFORMATION,
        "La nature {value} n’existe plus dans le format 2022 : elle est lue « {hint} », avec la "
        "technique ou la modalité du même nom quand la ligne n’en indique aucune.",
    ),
    "old_price_form": (
        INFORMATION,
        "{value} est une forme de prix du format 2019 : elle est lue comme type de prix "
        "« {hint} ». Indiquez la forme (champ {field}) : unitaire, forfaitaire ou mixte.",
    ),
    "other_kind_field": (
        INFORMATION,
        "Le champ {field} manque, mais le champ {value} de l’autre famille de contrats est "
        "présent : c’est lui qui est lu.",
    ),
    "rounded": (
        INFORMATION,
        "La valeur {value} du champ {field} a trop de décimales : elle est arrondie à {hint}.",
    ),
    "duplicate_item": (
        INFORMATION,
        "Le champ {field} répète {value} : une seule mention est gardée.",
    ),
    "advance_rate_unknown": (
        INFORMATION,
        "Une avance est accordée avec un taux de 0 (champ {field}) : le format l’admet quand le "
        "taux n’est pas connu. Il est considéré comme non renseigné.",
    ),
    "line_break": (
        INFORMATION,
        "Le texte du champ {field} contient un retour à la ligne : {value}. Il est gardé tel quel.",
    ),
    # Kept as they are, to be looked at.
    "garbled_text": (
        WARNING,
        "Le texte du champ {field} contient des caractères abîmés : {value}. Il est gardé tel "
        "quel : corrigez-le.",
    ),
    "markup_in_text": (
        WARNING,
        "Le texte du champ {field} contient des balises ou des codes HTML : {value}. Il est gardé "
        "tel quel : corrigez-le.",
    ),
    "unusable_characters": (
        WARNING,
        "Le texte du champ {field} contient des caractères que l’on ne peut pas enregistrer : "
        "{value}. Ils sont remplacés par « \ufffd ».",
    ),
    "text_too_long": (
        WARNING,
        "Le champ {field} dépasse {hint} caractères : {value}. Il est gardé, mais ne pourra pas "
        "être publié tel quel.",
    ),
    "reference_characters": (
        INFORMATION,
        "L’identifiant {value} (champ {field}) contient des caractères que la consolidation "
        "nationale écarte. Préférez lettres sans accent, chiffres, / - _ . # et espace.",
    ),
    "siret_shape": (
        WARNING,
        "Le SIRET {value} (champ {field}) n’a pas 14 chiffres. Il est gardé tel quel : "
        "corrigez-le.",
    ),
    "siret_check": (
        WARNING,
        "Le SIRET {value} (champ {field}) n’existe pas : sa clé de contrôle est fausse. Il est "
        "gardé tel quel : vérifiez-le.",
    ),
    "missing_identifier": (
        WARNING,
        "L’entreprise {value} (champ {field}) n’a pas d’identifiant. Indiquez son SIRET.",
    ),
    "cpv_short": (
        WARNING,
        "Le code CPV {value} n’a que 7 chiffres : son zéro de tête a sans doute été perdu. Il est "
        "gardé tel quel : corrigez-le en « {hint} » si c’est bien ce code.",
    ),
    "cpv_shape": (
        WARNING,
        "Le code CPV {value} n’a pas la forme de 8 chiffres suivis, au plus, de la clé (-9). "
        "Il est gardé tel quel : corrigez-le.",
    ),
    "place_mismatch": (
        WARNING,
        "Le code de lieu {value} (champ {field}) n’est pas un « {hint} ». "
        "Corrigez le code ou le type de code.",
    ),
    "amount_not_positive": (
        WARNING,
        "Le montant de {hint} (champ {field}) n’est pas supérieur à zéro. Pour un accord-cadre "
        "sans montant, indiquez le maximum ou l’estimation.",
    ),
    "amount_placeholder": (
        WARNING,
        "Le montant de {hint} (champ {field}) ressemble à une saisie de remplissage "
        "(chiffres répétés ou suite 123456). Vérifiez-le.",
    ),
    "amount_implausible": (
        WARNING,
        "Le montant de {hint} (champ {field}) atteint 100 millions d’euros. Vérifiez-le.",
    ),
    "amount_set_aside": (
        WARNING,
        "Le montant (champ {field}) ne peut être vrai : {hint}. Aucune somme ne le compte tant que "
        "personne ne le dit exact, à la page du marché.",
    ),
    "duration_implausible": (
        WARNING,
        "La durée de {value} mois (champ {field}) n’est pas vraisemblable : de 1 à {hint} mois "
        "sont attendus. Vérifiez qu’elle n’est pas en jours.",
    ),
    "no_offer": (
        WARNING,
        "Le nombre d’offres reçues est {value} (champ {field}) : un contrat attribué en a au "
        "moins une. Vérifiez-le.",
    ),
    "no_supplier": (
        WARNING,
        "Aucun titulaire n’est indiqué (champ {field}). Ajoutez l’entreprise attributaire.",
    ),
    # Facts that contradict each other.
    "contradictory_considerations": (
        WARNING,
        "Le champ {field} dit à la fois « {hint} » et autre chose : {value}. Rien n’en est "
        "retenu : choisissez.",
    ),
    "contradictory_labels": (
        WARNING,
        "Le champ {field} contient à la fois « Sans objet » et une autre valeur : {value}. "
        "Gardez l’une ou l’autre.",
    ),
    "published_before_notified": (
        WARNING,
        "Les données sont datées du {value} (champ {field}), avant la notification ({hint}). "
        "Vérifiez les deux dates.",
    ),
    "advance_rate_without_advance": (
        WARNING,
        "Un taux d’avance est indiqué (champ {field}) alors qu’aucune avance n’est attribuée. "
        "Corrigez l’un des deux.",
    ),
    "french_share_above_eu": (
        WARNING,
        "La part française (champ {field}) dépasse la part européenne, qui la comprend. "
        "Vérifiez les deux.",
    ),
    "supplier_is_buyer": (
        WARNING,
        "Le titulaire {value} (champ {field}) est l’acheteur lui-même. Vérifiez-le.",
    ),
    "amendment_before_notification": (
        WARNING,
        "La modification {field} est datée du {value}, avant le contrat ({hint}). Vérifiez les "
        "deux dates.",
    ),
    "amendment_without_change": (
        WARNING,
        "La modification {field} ne change ni la durée, ni le montant, ni les titulaires. "
        "Indiquez la valeur qui change.",
    ),
    "duplicate_number": (
        WARNING,
        "Le numéro {value} est donné deux fois (champ {field}). Numérotez dans l’ordre des "
        "notifications.",
    ),
    "subcontractor_is_supplier": (
        WARNING,
        "Le sous-traitant {value} (champ {field}) est aussi titulaire du marché. Vérifiez-le.",
    ),
    "unknown_subcontract": (
        WARNING,
        "La modification {field} porte sur l’acte de sous-traitance {value}, absent du marché. "
        "Ajoutez l’acte ou corrigez le numéro.",
    ),
    # What a XML file holds besides the elements of the format.
    "not_a_contract": (
        REFUSAL,
        "{value}, ligne {hint}, n’est ni un marché ni un contrat de concession : il n’est pas lu. "
        "Placez chaque "
        "contrat dans un élément marche ou contrat-concession.",
    ),
    "unknown_element": (
        INFORMATION,
        "L’élément {field} n’est pas connu du format : {value} n’est pas lu.",
    ),
    "unknown_elements": (
        INFORMATION,
        "Le contrat contient encore d’autres éléments qui ne sont pas lus : ils sont trop nombreux "
        "pour être tous cités.",
    ),
    "repeated_element": (
        WARNING,
        "L’élément {field} est donné plusieurs fois : {value} n’est pas lu, la première valeur est "
        "gardée. N’en laissez qu’une.",
    ),
    "misplaced_text": (
        WARNING,
        "L’élément {field} contient un texte hors de ses champs : {value} n’est pas lu.",
    ),
    # What some software writes in a JSON file, and JSON has no place for.
    "not_a_json_value": (
        WARNING,
        "Le champ {field} contient {value}, que JSON n’admet pas : il est considéré comme non "
        "renseigné. Écrivez un nombre, ou retirez le champ.",
    ),
    "not_a_json_text": (
        WARNING,
        "Le texte du champ {field} contient une barre oblique inverse ou un caractère invisible "
        "que JSON n’admet pas tel quel : {value}. Il est gardé : corrigez-le.",
    ),
    # What the official schema 2.0.3 would refuse.
    "required": (PUBLICATION, "Le champ {field} est obligatoire pour publier : indiquez {hint}."),
    "not_in_list": (
        PUBLICATION,
        "{value} n’est pas une valeur que le champ {field} admet. Choisissez parmi : {hint}.",
    ),
    "too_long": (
        PUBLICATION,
        "Le champ {field} ne peut dépasser {hint} caractères : {value}. Raccourcissez-le.",
    ),
    "too_low": (
        PUBLICATION,
        "La valeur {value} du champ {field} est trop basse : {hint} au moins.",
    ),
    "too_high": (
        PUBLICATION,
        "La valeur {value} du champ {field} est trop haute : moins de {hint}.",
    ),
    "wrong_form": (
        PUBLICATION,
        "La valeur {value} du champ {field} n’a pas la bonne forme : indiquez {hint}.",
    ),
    "unwritable_characters": (
        PUBLICATION,
        "Le champ {field} contient des caractères invisibles que les fichiers publiés ne peuvent "
        "pas contenir : {value}. Effacez ce texte et saisissez-le de nouveau au clavier.",
    ),
    "repeated": (
        PUBLICATION,
        "Le champ {field} contient deux fois {value} : gardez-en un seul.",
    ),
    "repeated_item": (
        PUBLICATION,
        "Deux éléments du champ {field} sont identiques : gardez-en un seul.",
    ),
}

_RULES |= {code: (WARNING, template) for code, template in DROPPED.items()}
_RULES |= {code: (INFORMATION, template) for code, template in ALTERED.items()}

ISSUES: Final[dict[str, IssueRule]] = {
    code: IssueRule(level, french(template)) for code, (level, template) in _RULES.items()
}
