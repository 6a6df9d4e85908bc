"""What the national consolidation leaves out or alters, in French: one sentence for each rule.

Each says what, where, and what to do. ``{field}``, ``{value}`` and ``{hint}`` as in
``api.rules.decp.sentences``, which puts these tables with the other remarks.
"""

from collections.abc import Mapping
from typing import Final

# The contract is not in the file of valid contracts.
DROPPED: Final[Mapping[str, str]] = {
    "dropped_reference": (
        "Le numéro {value} (champ {field}) contient un caractère que la consolidation nationale "
        "refuse : elle écarterait ce contrat. Gardez les lettres sans accent, les chiffres, "
        "l’espace et / - _ . #"
        " – ou convenez d’un autre numéro pour la publication."
    ),
    "dropped_siret": (
        "La clé de contrôle du SIRET {value} (champ {field}) est fausse : la consolidation "
        "nationale écarterait ce contrat. Vérifiez le numéro dans l’annuaire des entreprises."
    ),
    "dropped_siret_la_poste": (
        "Le SIRET {value} (champ {field}) est celui d’un établissement de La Poste, dont la clé "
        "suit une autre règle : la consolidation nationale ne la connaît pas et écarterait ce "
        "contrat. Indiquez le siège (35600000000048) si c’est lui qui a signé, sinon laissez."
    ),
    "dropped_identifier": (
        "L’identifiant {value} (champ {field}) n’a pas la forme attendue, {hint} : la "
        "consolidation nationale écarterait ce contrat. Corrigez l’identifiant ou son type."
    ),
    "dropped_subject": (
        "L’objet {value} (champ {field}) a moins de {hint} caractères et le code CPV n’a pas sa "
        "clé : la consolidation nationale écarterait ce marché. Écrivez l’objet en entier."
    ),
    "dropped_amount_low": (
        "Le montant de {hint} (champ {field}) est inférieur à 1 € : la consolidation nationale "
        "écarterait ce contrat. Pour un accord-cadre sans montant, indiquez le maximum ou "
        "l’estimation."
    ),
    "dropped_amount_high": (
        "Le montant (champ {field}) de {hint} : la consolidation nationale "
        "écarterait ce contrat. Vérifiez qu’il est en euros, et hors taxes."
    ),
    "dropped_amount_digits": (
        "Le montant de {hint} (champ {field}) dépasse 100 millions d’euros et contient plus de six "
        "fois le chiffre {value} : la consolidation nationale y voit une saisie de remplissage et "
        "écarterait ce contrat. Vérifiez-le."
    ),
    "dropped_amount_sequence": (
        "Le montant de {hint} (champ {field}) commence par {value} : la consolidation nationale y "
        "voit une saisie de remplissage et écarterait ce contrat. Vérifiez-le."
    ),
    "dropped_duration": (
        "La durée de {value} mois (champ {field}) n’est pas comprise entre 1 et {hint} mois : la "
        "consolidation nationale écarterait ce contrat. Vérifiez qu’elle n’est pas en jours."
    ),
    "dropped_year": (
        "La date {value} (champ {field}) n’est pas comprise entre {hint} : la consolidation "
        "nationale écarterait ce contrat. Corrigez l’année."
    ),
    "dropped_future_date": (
        "La date {value} (champ {field}) n’est pas encore venue le jour de la publication : la "
        "consolidation nationale écarterait ce contrat. Corrigez la date, ou publiez à partir de "
        "ce jour."
    ),
}

# The contract is there, without some of what it says.
ALTERED: Final[Mapping[str, str]] = {
    "altered_suppliers": (
        "La consolidation nationale ne garde que les {hint} premiers titulaires (champ {field}) "
        "sur {value}. Rien à corriger : mettez le mandataire en premier."
    ),
    "altered_origin": (
        "Pour le code CPV {value}, la consolidation nationale attend l’origine des produits et "
        "marque le champ {field} comme manquant. Indiquez la part si vous la connaissez."
    ),
    "altered_reserved_concession": (
        "La consolidation nationale note inexploitable la valeur {value} (champ {field}), "
        "pourtant celle du format réglementaire. Rien à corriger : elle reste publiée ici."
    ),
    "altered_cents": (
        "La consolidation nationale ne garde pas les centimes du montant de {hint} "
        "(champ {field}). Rien à corriger : ils restent publiés ici."
    ),
}
