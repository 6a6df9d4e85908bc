"""Who is in the demonstration: its buyers, real and fictitious, and an account for each role."""

from dataclasses import dataclass

from api.access.permissions import Role


@dataclass(frozen=True)
class Buyer:
    """A buyer of the demonstration."""

    siret: str
    name: str
    fictitious: bool
    schemes: tuple[str, ...]
    directorates: tuple[str, ...] = ()
    # How many fictitious contracts are in its register.
    contracts: int = 0


DIRECTORATES = ("Bâtiments et voirie", "Éducation et restauration", "Moyens généraux")
LENS_LIEVIN = Buyer(
    "24620036400080",
    "Communauté d’agglomération de Lens-Liévin",
    False,
    ("call-2023-2026",),
)
DEMONSTRATION = Buyer(
    "00000062000013",
    "Collectivité de démonstration",
    True,
    ("cd40-2023-2029", "call-2023-2026", "cd62-2026-2029", "clermont", "mel-smart-2023"),
    DIRECTORATES,
    340,
)
# It shares Clermont's scheme with the first one: both are measured, and both together.
OTHER = Buyer(
    "00000059600015",
    "Autre collectivité de démonstration",
    True,
    ("call-2023-2026", "clermont"),
    contracts=12,
)
# Two entities of one territory under one scheme, which one team pilots.
METROPOLE = Buyer(
    "00000063800015",
    "Métropole de démonstration",
    True,
    ("clermont",),
    DIRECTORATES,
    120,
)
VILLE = Buyer(
    "00000064600018",
    "Ville de démonstration",
    True,
    ("clermont",),
    DIRECTORATES,
    84,
)

ACCOUNTS: tuple[tuple[str, str, Role, tuple[Buyer, ...]], ...] = (
    ("administrator", "Compte administrateur", Role.ADMINISTRATOR, (LENS_LIEVIN, DEMONSTRATION)),
    ("pilot", "Compte pilote", Role.PILOT, (LENS_LIEVIN, DEMONSTRATION)),
    ("directorate", "Compte direction", Role.DIRECTORATE, (DEMONSTRATION,)),
    ("facilitator", "Compte facilitateur", Role.FACILITATOR, ()),
    ("reader", "Compte lecteur", Role.READER, (LENS_LIEVIN, DEMONSTRATION)),
    ("publisher", "Compte données ouvertes", Role.PUBLISHER, (LENS_LIEVIN, DEMONSTRATION)),
    ("other-pilot", "Compte pilote d’un autre acheteur", Role.PILOT, (OTHER,)),
    ("shared-pilot", "Compte pilote d’un schéma partagé", Role.PILOT, (METROPOLE, VILLE)),
    ("shared-reader", "Compte lecteur d’un schéma partagé", Role.READER, (METROPOLE, VILLE)),
)
FACILITATOR = ("00000061200010", "Maison de l’emploi de démonstration")
