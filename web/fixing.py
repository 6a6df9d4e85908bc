"""Where a person mends what the API says is missing: from the field of an issue to a form."""

import re
from collections.abc import Mapping
from typing import Any

from web.contract_parts import PARTS, Part

# Issues about publication carry the DECP name of a field; forms know it by the API's name.
FORM_FIELDS: Mapping[str, str] = {
    "id": "reference",
    "acheteur": "buyer_siret",
    "autoriteConcedante": "buyer_siret",
    "objet": "subject",
    "nature": "nature",
    "codeCPV": "cpv",
    "procedure": "procedure",
    "techniques": "techniques",
    "modalitesExecution": "execution_modalities",
    "idAccordCadre": "framework_reference",
    "ccag": "ccag",
    "offresRecues": "offers_received",
    "attributionAvance": "advance_granted",
    "tauxAvance": "advance_rate",
    "origineUE": "eu_share",
    "origineFrance": "french_share",
    "typeGroupementOperateurs": "grouping",
    "lieuExecution": "place_code",
    "lieuExecution.code": "place_code",
    "lieuExecution.typeCode": "place_kind",
    "dureeMois": "months",
    "dateNotification": "notified_on",
    "dateSignature": "notified_on",
    "dateDebutExecution": "starts_on",
    "datePublicationDonnees": "published_on",
    "montant": "amount",
    "valeurGlobale": "amount",
    "montantSubventionPublique": "subsidy",
    "typesPrix": "price_types",
    "formePrix": "price_form",
    "sousTraitanceDeclaree": "subcontracting_declared",
    "titulaires": "suppliers",
    "concessionnaires": "suppliers",
}
# What is said once, when the contract is entered: no form changes it.
SETTLED = {"reference", "buyer_siret"}
# Parts without a page of their own: where the page of the contract shows them.
SHOWN: Mapping[str, str] = {"modifications": "avenants", "montants": "montants"}
_PARTS: Mapping[str, Part] = {one.decp: one for one in PARTS}
_PART = re.compile(r"(\w+)(?:\[([0-9]+)\])?(?:\.(.+))?")
MARK_PREFIX = "mark_"
MARK_FAMILIES: Mapping[str, str] = {
    "considerationsSociales": "social",
    "considerationsEnvironnementales": "environment",
    "marcheInnovant": "innovation",
}
FAMILY_TITLES: Mapping[str, str] = {
    "considerationsSociales": "Considérations sociales",
    "considerationsEnvironnementales": "Considérations environnementales",
    "marcheInnovant": "Achat innovant",
}
SUPPLIER_PREFIX = "supplier_"
# What a row takes from its contract, and is said there.
SUPPLIERS = "suppliers"
OF_THE_CONTRACT = (
    MARK_PREFIX,
    SUPPLIER_PREFIX,
    SUPPLIERS,
    "directorate_id",
    "purchase_family",
    "montants",
)
# Facts whose rows have a page of their own.
PAGES: Mapping[str, str] = {"consultation": "/consultations", "project": "/programmation"}

# What a line of spending says itself, be it of a contract: no form changes a line.
OWN_OF_SPENDING = ("directorate_id", "family")
# Facts whose rows have a form of their own.
FORMS: Mapping[str, str] = {
    "event": "/evenements",
    "project": "/programmation",
    "sourcing": "/reserves/sourcing",
}
# What the form of a project says of it.
OF_A_PROJECT = ("directorate_id", "purchase_family")


def field_title(document: Mapping[str, Any], field: str) -> str:
    """The words of a field on the forms; its code when no form has it."""
    if field in FAMILY_TITLES:
        return FAMILY_TITLES[field]
    if part := _part_form(field):
        return part[0].words.title
    name = _form_field(field)
    if name in SHOWN:
        return SHOWN[name].capitalize()
    properties = document["components"]["schemas"]["ContractCreate"]["properties"]
    return str(properties[name]["title"]) if name in properties else field


def form_address(contract_id: str, field: str) -> str:
    """The address of the form, and the place in it, where ``field`` of a contract is said."""
    base = f"/marches/{contract_id}"
    if field in MARK_FAMILIES:
        return f"{base}/considerations#theme-{MARK_FAMILIES[field]}"
    if field.startswith(MARK_PREFIX):
        return f"{base}/considerations#champ-{field}"
    if field.startswith(SUPPLIER_PREFIX):
        return f"{base}#titulaires"
    if part := _part_form(field):
        return f"{base}{_in_part(*part)}"
    name = _form_field(field)
    if name in SETTLED:
        return base
    if name in SHOWN:
        return f"{base}#{SHOWN[name]}"
    return f"{base}/modifier#champ-{name}"


def consultation_address(consultation_id: str, field: str) -> str:
    """The same for ``field`` of a consultation; its companies are those of its contracts."""
    base = f"/consultations/{consultation_id}"
    if field.startswith(MARK_PREFIX):
        return f"{base}/considerations#champ-{field}"
    if field == SUPPLIERS or field.startswith(SUPPLIER_PREFIX):
        return f"{base}#marches"
    return f"{base}/modifier#champ-{field}"


def row_address(row: Mapping[str, Any]) -> str | None:
    """The page of a row behind a figure: that of its contract, else its own when it has one."""
    if row["contract_id"]:
        return f"/marches/{row['contract_id']}"
    base = PAGES.get(row["fact"])
    return base and f"{base}/{row['id']}"


def kept_address(row: Mapping[str, Any]) -> str | None:
    """The page of today of a row that a closed year kept, which knows no contract but itself."""
    return row_address({**row, "contract_id": row["id"] if row["fact"] == "contract" else None})


def fill_address(row: Mapping[str, Any], field: str) -> str | None:
    """Where ``field`` of such a row is said; None where no form says it."""
    if row["fact"] == "reservation" and not field.startswith(OF_THE_CONTRACT):
        # Of a contract said to be reserved, the reservation itself may have to be registered.
        if row["id"] == row["contract_id"]:
            return f"/reserves/nouveau?marche={row['id']}"
        return f"/reserves/{row['id']}/modifier#champ-{field}"
    if row["fact"] == "spending" and field in OWN_OF_SPENDING:
        return None
    if row["fact"] == "targeted_action":
        return _of_a_project(row.get("project_id"), field)
    own = row["fact"] in FORMS and not field.startswith(OF_THE_CONTRACT)
    if row["contract_id"] and not own:
        return form_address(row["contract_id"], field)
    if row["fact"] == "consultation":
        return consultation_address(row["id"], field)
    if _said_by_contracts(field):
        # Of a row that has no contract yet: its own form doesn't say it.
        return None
    base = FORMS.get(row["fact"])
    return base and f"{base}/{row['id']}/modifier#champ-{field}"


def _said_by_contracts(field: str) -> bool:
    return field == SUPPLIERS or field.startswith((MARK_PREFIX, SUPPLIER_PREFIX))


def _of_a_project(project_id: str | None, field: str) -> str | None:
    """The form of the project of an action, for what is said there."""
    if project_id is None or field not in OF_A_PROJECT:
        return None
    return f"{FORMS['project']}/{project_id}/modifier#champ-{field}"


def _part_form(field: str) -> tuple[Part, str | None, str] | None:
    """The form of the part that a field is of, the rank of this part, its own field; None of the
    contract itself."""
    found = _PART.fullmatch(field)
    form = _PARTS.get(found[1]) if found else None
    return (form, found[2], found[3] or "") if found and form else None


def _in_part(form: Part, rank: str | None, key: str) -> str:
    if rank is None:
        return f"#{form.anchor}"
    name = next((name for start, name in form.mended.items() if key.startswith(start)), None)
    return f"/{form.path}/{rank}/modifier" + (f"#champ-{name}" if name else "")


def _form_field(field: str) -> str:
    # A part of a list or of an object is mended with the whole: « titulaires[0].id ».
    whole = field.split("[")[0].split(".")[0]
    return FORM_FIELDS.get(field) or FORM_FIELDS.get(whole) or (whole if whole in SHOWN else field)
