"""Who may do what: one table from roles to permissions, and the two questions asked of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from api.kit.problems import Forbidden, NotFound


class Role(StrEnum):
    """What a member does in an organisation."""

    ADMINISTRATOR = "administrator"
    PILOT = "pilot"
    DIRECTORATE = "directorate"
    FACILITATOR = "facilitator"
    READER = "reader"
    PUBLISHER = "publisher"


class Permission(StrEnum):
    """What can be allowed."""

    CONTRACTS_READ = "contracts:read"
    CONTRACTS_WRITE = "contracts:write"
    IMPORTS_WRITE = "imports:write"
    IMPORTS_OBSERVE = "imports:observe"
    SCHEMES_READ = "schemes:read"
    SCHEMES_WRITE = "schemes:write"
    PUBLICATION_READ = "publication:read"
    PUBLICATION_WRITE = "publication:write"
    AUDIT_READ = "audit:read"
    MANDATES_WRITE = "mandates:write"
    INSERTION_READ = "insertion:read"
    CLAUSES_WRITE = "clauses:write"
    FEASIBILITY_ASK = "feasibility:ask"
    FEASIBILITY_ANSWER = "feasibility:answer"
    PARAMETERS_WRITE = "parameters:write"
    STATEMENTS_WRITE = "statements:write"
    BENEFICIARIES_WRITE = "beneficiaries:write"
    RESERVATIONS_WRITE = "reservations:write"
    STRUCTURES_WRITE = "structures:write"
    SPENDING_WRITE = "spending:write"
    PROGRAMME_WRITE = "programme:write"
    EVALUATIONS_WRITE = "evaluations:write"
    CLOSINGS_WRITE = "closings:write"
    CLOSINGS_REOPEN = "closings:reopen"
    MEASURES_WRITE = "measures:write"
    EVENTS_WRITE = "events:write"
    CAMPAIGNS_WRITE = "campaigns:write"
    KEYS_WRITE = "keys:write"
    WEBHOOKS_WRITE = "webhooks:write"


_READ = {
    Permission.CONTRACTS_READ,
    Permission.SCHEMES_READ,
    Permission.PUBLICATION_READ,
    Permission.INSERTION_READ,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.PILOT: frozenset(
        _READ
        | {
            Permission.CONTRACTS_WRITE,
            Permission.SCHEMES_WRITE,
            Permission.IMPORTS_WRITE,
            Permission.PUBLICATION_WRITE,
            Permission.AUDIT_READ,
            Permission.CLAUSES_WRITE,
            Permission.FEASIBILITY_ASK,
            Permission.PARAMETERS_WRITE,
            Permission.RESERVATIONS_WRITE,
            Permission.STRUCTURES_WRITE,
            Permission.SPENDING_WRITE,
            Permission.PROGRAMME_WRITE,
            Permission.EVALUATIONS_WRITE,
            Permission.CLOSINGS_WRITE,
            Permission.MEASURES_WRITE,
            Permission.EVENTS_WRITE,
            Permission.CAMPAIGNS_WRITE,
            Permission.KEYS_WRITE,
            Permission.WEBHOOKS_WRITE,
        }
    ),
    Role.DIRECTORATE: frozenset(
        _READ
        | {
            Permission.CONTRACTS_WRITE,
            Permission.FEASIBILITY_ASK,
            Permission.RESERVATIONS_WRITE,
            Permission.PROGRAMME_WRITE,
            Permission.EVALUATIONS_WRITE,
            Permission.MEASURES_WRITE,
            Permission.EVENTS_WRITE,
        }
    ),
    # In its own organisation; of a buyer it sees the clauses of its mandates, and nothing else.
    Role.FACILITATOR: frozenset(
        {
            Permission.INSERTION_READ,
            Permission.FEASIBILITY_ANSWER,
            Permission.PARAMETERS_WRITE,
            Permission.STATEMENTS_WRITE,
            Permission.BENEFICIARIES_WRITE,
            Permission.KEYS_WRITE,
        }
    ),
    Role.READER: frozenset(_READ),
    Role.PUBLISHER: frozenset(_READ | {Permission.PUBLICATION_WRITE, Permission.AUDIT_READ}),
}

DENIED: dict[Permission, str] = {
    Permission.CONTRACTS_READ: "Votre rôle ne permet pas de consulter les marchés.",
    Permission.CONTRACTS_WRITE: "Votre rôle ne permet pas de modifier ce marché.",
    Permission.IMPORTS_WRITE: "Votre rôle ne permet pas d’importer des fichiers.",
    Permission.IMPORTS_OBSERVE: "Seul un administrateur peut suivre d’autres acheteurs.",
    Permission.SCHEMES_READ: "Votre rôle ne permet pas de consulter les schémas.",
    Permission.SCHEMES_WRITE: "Seuls le pilote et l’administrateur modifient un schéma.",
    Permission.PUBLICATION_READ: "Votre rôle ne permet pas de consulter les publications.",
    Permission.PUBLICATION_WRITE: "Seuls le pilote, le responsable des données ouvertes et "
    "l’administrateur règlent la publication.",
    Permission.AUDIT_READ: "Votre rôle ne permet pas de consulter le journal.",
    Permission.MANDATES_WRITE: "Seul un administrateur peut confier ou retirer un mandat.",
    Permission.INSERTION_READ: "Votre rôle ne permet pas de consulter les clauses d’insertion.",
    Permission.CLAUSES_WRITE: "Votre rôle ne permet pas de modifier les clauses d’insertion.",
    Permission.FEASIBILITY_ASK: "Votre rôle ne permet pas de demander une étude de faisabilité.",
    Permission.FEASIBILITY_ANSWER: "Seul le facilitateur répond aux études de faisabilité.",
    Permission.PARAMETERS_WRITE: "Votre rôle ne permet pas de modifier les paramètres de calcul.",
    Permission.STATEMENTS_WRITE: "Seul le facilitateur déclare et valide les heures.",
    Permission.BENEFICIARIES_WRITE: "Seul le facilitateur suit les bénéficiaires.",
    Permission.RESERVATIONS_WRITE: "Votre rôle ne permet pas de modifier les marchés réservés.",
    Permission.STRUCTURES_WRITE: "Votre rôle ne permet pas de compléter les structures inclusives.",
    Permission.SPENDING_WRITE: "Votre rôle ne permet pas de saisir les montants mandatés.",
    Permission.PROGRAMME_WRITE: "Votre rôle ne permet pas de modifier ce projet ou cette "
    "consultation : une direction modifie les siens.",
    Permission.EVALUATIONS_WRITE: "Votre rôle ne permet pas d’évaluer ce marché.",
    Permission.CLOSINGS_WRITE: "Votre rôle ne permet pas de clore une année.",
    Permission.CLOSINGS_REOPEN: "Seul un administrateur peut rouvrir une année close.",
    Permission.MEASURES_WRITE: "Votre rôle ne permet pas de déclarer cet indicateur : une "
    "direction déclare ceux que le pilote lui a confiés.",
    Permission.EVENTS_WRITE: "Votre rôle ne permet pas de modifier les événements.",
    Permission.CAMPAIGNS_WRITE: "Seuls le pilote et l’administrateur mènent les campagnes et "
    "disent où en sont les actions.",
    Permission.KEYS_WRITE: "Votre rôle ne permet pas de gérer les clés d’API.",
    Permission.WEBHOOKS_WRITE: "Seuls le pilote et l’administrateur gèrent les webhooks.",
}
OUT_OF_SCOPE = (
    "Cette clé d’API ne le permet pas : créez-en une qui ait la portée voulue, avec un compte qui "
    "en a lui-même le droit."
)
NOT_BY_KEY = "Une clé d’API ne peut pas le faire : cela demande une personne connectée."

# Writing as a directorate stops at what is of that directorate: its contracts, what it owes.
_BOUND_TO_DIRECTORATE = {
    Permission.CONTRACTS_WRITE,
    Permission.FEASIBILITY_ASK,
    Permission.RESERVATIONS_WRITE,
    Permission.PROGRAMME_WRITE,
    Permission.EVALUATIONS_WRITE,
    Permission.MEASURES_WRITE,
}


@dataclass(frozen=True)
class Grant:
    """One membership of the actor."""

    organisation_id: UUID
    role: Role
    directorate_id: UUID | None
    # What an API key leaves of the role; None: all of it.
    within: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this membership allows."""
        allowed = ROLE_PERMISSIONS[self.role]
        return allowed if self.within is None else allowed & self.within

    def gives(self, permission: Permission, directorate_id: UUID | None) -> bool:
        """Tell whether this membership allows ``permission`` on something of ``directorate_id``."""
        if permission not in self.permissions:
            return False
        bound = self.role is Role.DIRECTORATE and permission in _BOUND_TO_DIRECTORATE
        return not bound or (directorate_id is not None and self.directorate_id == directorate_id)


@dataclass(frozen=True)
class ActingKey:
    """The API key by which something is asked: ``prefix`` is what is shown of it."""

    id: UUID
    prefix: str
    last_used_at: datetime | None


@dataclass(frozen=True)
class Actor:
    """The person who asks, with the rights read from the database for this request.

    By an API key: the person who made it, ``email`` is empty and ``name`` is that of the key.
    """

    person_id: UUID
    email: str
    name: str
    grants: tuple[Grant, ...]
    # What the actor's organisations may see of buyers today: (facilitator, buyer).
    mandates: frozenset[tuple[UUID, UUID]] = frozenset()
    key: ActingKey | None = None

    @property
    def own_id(self) -> UUID | None:
        """The person in whose own name this is asked; None by a key, which is nobody."""
        return self.person_id if self.key is None else None


def visible(actor: Actor, permission: Permission) -> list[UUID]:
    """The organisations in which the actor holds ``permission``: where every list starts."""
    found = {grant.organisation_id for grant in actor.grants if permission in grant.permissions}
    return sorted(found)


def require(
    actor: Actor,
    permission: Permission,
    organisation_id: UUID | None,
    directorate_id: UUID | None = None,
) -> None:
    """Let the actor pass, or refuse.

    Raises NotFound when the organisation is not one of the actor's (a foreign thing and an unknown
    one look the same), Forbidden when it is but the role does not allow it.
    """
    own = [grant for grant in actor.grants if grant.organisation_id == organisation_id]
    if not own:
        raise NotFound
    if not any(grant.gives(permission, directorate_id) for grant in own):
        raise Forbidden(DENIED[permission] if actor.key is None else OUT_OF_SCOPE)


def require_person(actor: Actor) -> None:
    """Refuse (Forbidden) an API key: what is told in someone's own name."""
    if actor.key is not None:
        raise Forbidden(NOT_BY_KEY)


def served(actor: Actor, permission: Permission) -> list[tuple[UUID, UUID]]:
    """The (facilitator, buyer) of today's mandates under which the actor holds ``permission``."""
    own = set(visible(actor, permission))
    return sorted(pair for pair in actor.mandates if pair[0] in own)


def require_mandate(
    actor: Actor, permission: Permission, facilitator_id: UUID | None, buyer_id: UUID
) -> None:
    """Let pass who works for this facilitator, while its mandate for this buyer runs, or refuse.

    Raises NotFound outside a mandate of the actor's, Forbidden when the role does not allow it.
    """
    if facilitator_id is None or (facilitator_id, buyer_id) not in actor.mandates:
        raise NotFound
    require(actor, permission, facilitator_id)


def require_anywhere(actor: Actor, permission: Permission) -> None:
    """Refuse (Forbidden) an actor who holds ``permission`` in no organisation."""
    if not visible(actor, permission):
        raise Forbidden(DENIED[permission] if actor.key is None else OUT_OF_SCOPE)
