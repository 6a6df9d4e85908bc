"""What an API key can be for: one closed table from scopes to permissions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from api.access.permissions import Permission


class Scope(StrEnum):
    """What an API key is for."""

    CONTRACTS_READ = "contracts:read"
    CONTRACTS_WRITE = "contracts:write"
    IMPORTS_WRITE = "imports:write"
    STRUCTURES_WRITE = "structures:write"
    SPENDING_WRITE = "spending:write"
    PROGRAMME_WRITE = "programme:write"
    INSERTION_READ = "insertion:read"
    STATEMENTS_WRITE = "statements:write"
    SCHEMES_READ = "schemes:read"
    PUBLICATION_READ = "publication:read"


@dataclass(frozen=True)
class ScopeMeaning:
    """The French of a scope, and what it lets through."""

    words: str
    permissions: frozenset[Permission]


def _of(words: str, *permissions: Permission) -> ScopeMeaning:
    return ScopeMeaning(words, frozenset(permissions))


# No scope reaches the persons followed, the settings, the journal nor the keys themselves.
SCOPES: dict[Scope, ScopeMeaning] = {
    Scope.CONTRACTS_READ: _of("Lire les marchés et leur flux", Permission.CONTRACTS_READ),
    Scope.CONTRACTS_WRITE: _of(
        "Lire et écrire les marchés", Permission.CONTRACTS_READ, Permission.CONTRACTS_WRITE
    ),
    Scope.IMPORTS_WRITE: _of(
        "Lire les marchés et déposer des fichiers. Ce qu’un fichier écrit (marchés, montants "
        "mandatés, projets, structures) demande aussi la portée qui l’écrit",
        Permission.CONTRACTS_READ,
        Permission.IMPORTS_WRITE,
    ),
    Scope.STRUCTURES_WRITE: _of(
        "Lire les marchés et compléter les structures inclusives",
        Permission.CONTRACTS_READ,
        Permission.STRUCTURES_WRITE,
    ),
    Scope.SPENDING_WRITE: _of(
        "Lire les marchés et écrire les montants mandatés",
        Permission.CONTRACTS_READ,
        Permission.SPENDING_WRITE,
    ),
    Scope.PROGRAMME_WRITE: _of(
        "Lire les marchés, écrire les projets et les consultations",
        Permission.CONTRACTS_READ,
        Permission.PROGRAMME_WRITE,
    ),
    Scope.INSERTION_READ: _of("Lire les clauses d’insertion", Permission.INSERTION_READ),
    Scope.STATEMENTS_WRITE: _of(
        "Lire les clauses d’insertion et déclarer les heures",
        Permission.INSERTION_READ,
        Permission.STATEMENTS_WRITE,
    ),
    Scope.SCHEMES_READ: _of("Lire les schémas et leurs chiffres", Permission.SCHEMES_READ),
    Scope.PUBLICATION_READ: _of("Lire l’état de la publication", Permission.PUBLICATION_READ),
}


def permissions_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """What these scopes let through together; a scope that is no longer one lets nothing."""
    known = [SCOPES[Scope(one)].permissions for one in scopes if one in set(Scope)]
    return frozenset().union(*known)
