"""Words of the fictitious contracts: what is bought, where, in which lots, at what price.

CPV codes are real codes of the 2008 nomenclature, without their check digit. Prices are medians in
whole euros, of the order of what French local authorities pay.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class Family(StrEnum):
    """What decides the CCAG, the duration, the price and the considerations of a purchase."""

    WORKS = "works"
    SERVICES = "services"
    INTELLECTUAL = "intellectual"
    DIGITAL = "digital"
    SUPPLIES = "supplies"
    FOOD = "food"


class Habits(NamedTuple):
    """How a family of purchases is usually bought."""

    ccag: str
    price_form: str
    months: tuple[int, ...]
    framework: float
    social: float
    environment: float
    subcontracting: float


_FCS = "Fournitures courantes et services"
HABITS: Final[dict[Family, Habits]] = {
    Family.WORKS: Habits("Travaux", "Forfaitaire", (4, 6, 9, 12, 18), 0.2, 0.18, 0.25, 0.4),
    Family.SERVICES: Habits(_FCS, "Unitaire", (12, 24, 36, 48), 0.6, 0.15, 0.2, 0.1),
    Family.INTELLECTUAL: Habits(
        "Prestations intellectuelles", "Forfaitaire", (12, 18, 24, 36), 0.25, 0.04, 0.12, 0.15
    ),
    Family.DIGITAL: Habits(
        "Techniques de l'information et de la communication",
        "Mixte",
        (12, 24, 36, 48),
        0.4,
        0.04,
        0.12,
        0.1,
    ),
    Family.SUPPLIES: Habits(_FCS, "Unitaire", (12, 24, 36, 48), 0.7, 0.03, 0.3, 0.02),
    Family.FOOD: Habits(_FCS, "Unitaire", (12, 12, 24, 36), 0.9, 0.05, 0.45, 0.0),
}


class Lot(NamedTuple):
    """One lot of a consultation; ``share`` is its part of the median price, in hundredths."""

    title: str
    cpv: str
    share: int


class Subject(NamedTuple):
    """One kind of purchase; ``places`` names a list of ``PLACES``, ``lots`` one of ``LOTS``."""

    title: str
    cpv: str
    family: Family
    median: int
    places: str
    lots: str = ""


class ConcessionSubject(NamedTuple):
    """One kind of concession: the sector of who runs it, its tariffs (title and price in cents)."""

    title: str
    sector: str
    nature: str
    median: int
    tariffs: tuple[tuple[str, int], ...]


PLACES: Final[dict[str, tuple[str, ...]]] = {
    "building": (
        "du groupe scolaire des Tilleuls",
        "de l’école maternelle du Canal",
        "du collège des Prairies",
        "de la médiathèque centrale",
        "du gymnase de la Plaine",
        "de la piscine intercommunale",
        "de l’hôtel communautaire",
        "du centre technique",
        "de la maison des associations",
        "du théâtre de la Verrière",
        "de la crèche du Moulin",
        "de la pépinière d’entreprises",
    ),
    "street": (
        "de la rue du Moulin",
        "de l’avenue de la Gare",
        "du boulevard des Fusillés",
        "de la place du Marché",
        "du quartier des Hauts-Champs",
        "de la zone d’activités du Grand Pré",
        "du chemin du Canal",
        "de la traversée du bourg",
        "de la cité des Glycines",
    ),
    "services": (
        "pour les services de la collectivité",
        "pour le groupement de commandes",
        "pour la ville et son CCAS",
        "pour les communes adhérentes",
    ),
    "area": (
        "du territoire",
        "du bassin de vie nord",
        "du bassin de vie sud",
        "des communes de la vallée",
    ),
    "territory": (
        "pour les communes du territoire",
        "secteur nord",
        "secteur sud",
        "secteur est",
        "secteur ouest",
        "pour les services de la collectivité",
        "pour le groupement de commandes",
        "pour la ville et son CCAS",
    ),
}

LOTS: Final[dict[str, tuple[Lot, ...]]] = {
    "building": (
        Lot("gros œuvre", "45262520", 100),
        Lot("charpente et couverture", "45261210", 45),
        Lot("menuiseries", "45421000", 40),
        Lot("plâtrerie et isolation", "45410000", 30),
        Lot("électricité", "45311200", 35),
        Lot("chauffage, ventilation, plomberie", "45331000", 50),
        Lot("peinture", "45442100", 20),
        Lot("sols et murs", "45430000", 22),
    ),
    "street": (
        Lot("voirie et réseaux divers", "45233140", 100),
        Lot("éclairage public", "45316110", 35),
        Lot("aménagement paysager", "45112710", 30),
    ),
    "cleaning": (
        Lot("bâtiments administratifs", "90910000", 100),
        Lot("écoles et crèches", "90910000", 80),
        Lot("équipements sportifs", "90910000", 60),
        Lot("vitrerie", "90911300", 20),
    ),
    "green": (
        Lot("tonte et entretien des massifs", "77310000", 100),
        Lot("élagage", "77211500", 50),
        Lot("entretien des cimetières", "98371111", 35),
    ),
    "food": (
        Lot("viandes", "15110000", 100),
        Lot("fruits et légumes", "15300000", 90),
        Lot("produits laitiers", "15500000", 60),
        Lot("pain et pâtisserie", "15810000", 40),
        Lot("épicerie", "15890000", 55),
    ),
    "insurance": (
        Lot("dommages aux biens", "66510000", 100),
        Lot("responsabilité civile", "66516000", 60),
        Lot("flotte automobile", "66514110", 45),
    ),
    "workwear": (
        Lot("vêtements de travail", "18110000", 100),
        Lot("chaussures de protection", "18830000", 40),
    ),
}

_W, _S, _I = Family.WORKS, Family.SERVICES, Family.INTELLECTUAL
_D, _P, _F = Family.DIGITAL, Family.SUPPLIES, Family.FOOD

SUBJECTS: Final[tuple[Subject, ...]] = (
    Subject("Construction et extension", "45214200", _W, 620_000, "building", "building"),
    Subject("Réhabilitation énergétique", "45453100", _W, 480_000, "building", "building"),
    Subject("Mise en accessibilité", "45262700", _W, 120_000, "building", "building"),
    Subject("Ravalement des façades", "45443000", _W, 95_000, "building"),
    Subject("Réfection de la toiture", "45261210", _W, 130_000, "building"),
    Subject("Remplacement des menuiseries extérieures", "45421000", _W, 110_000, "building"),
    Subject("Rénovation du chauffage", "45331000", _W, 140_000, "building"),
    Subject("Remplacement de l’ascenseur", "45313100", _W, 70_000, "building"),
    Subject("Démolition partielle", "45111100", _W, 90_000, "building"),
    Subject(
        "Désimperméabilisation et végétalisation de la cour", "45112710", _W, 150_000, "building"
    ),
    Subject("Réaménagement", "45233140", _W, 540_000, "street", "street"),
    Subject("Réfection de la chaussée", "45233142", _W, 210_000, "street"),
    Subject("Création d’une piste cyclable le long", "45233140", _W, 260_000, "street"),
    Subject("Renouvellement du réseau d’assainissement", "45232410", _W, 380_000, "street"),
    Subject("Renouvellement du réseau d’eau potable", "45231300", _W, 330_000, "street"),
    Subject("Rénovation de l’éclairage public", "45316110", _W, 180_000, "street"),
    Subject("Plantation d’arbres d’alignement", "45112710", _W, 60_000, "street"),
    Subject("Construction d’un bassin de rétention", "45240000", _W, 450_000, "street"),
    Subject("Nettoyage des locaux", "90910000", _S, 240_000, "territory", "cleaning"),
    Subject("Entretien des espaces verts", "77310000", _S, 190_000, "territory", "green"),
    Subject("Désherbage sans produit phytosanitaire", "77312000", _S, 65_000, "territory"),
    Subject("Collecte des déchets ménagers", "90511000", _S, 1_400_000, "territory"),
    Subject("Traitement des déchets non dangereux", "90513000", _S, 900_000, "territory"),
    Subject("Compostage des biodéchets", "77120000", _S, 120_000, "territory"),
    Subject("Balayage mécanisé des voies", "90610000", _S, 230_000, "territory"),
    Subject("Déneigement des voies", "90620000", _S, 60_000, "territory"),
    Subject("Curage des réseaux d’assainissement", "90470000", _S, 110_000, "territory"),
    Subject("Évacuation des boues de la station d’épuration", "90513900", _S, 160_000, "territory"),
    Subject("Gardiennage et sécurité", "79710000", _S, 130_000, "building"),
    Subject("Maintenance des chaufferies", "50720000", _S, 210_000, "territory"),
    Subject("Maintenance des ascenseurs", "50750000", _S, 55_000, "territory"),
    Subject("Entretien de l’éclairage public", "50232100", _S, 170_000, "territory"),
    Subject("Entretien du parc de véhicules", "50110000", _S, 95_000, "services"),
    Subject("Transport scolaire", "60130000", _S, 410_000, "territory"),
    Subject("Location d’autocars avec chauffeur", "60172000", _S, 70_000, "territory"),
    Subject("Préparation et livraison de repas", "55523100", _S, 520_000, "territory"),
    Subject("Services d’assurance", "66510000", _S, 140_000, "services", "insurance"),
    Subject(
        "Mise à disposition de personnel par une entreprise d’insertion",
        "79620000",
        _S,
        150_000,
        "territory",
    ),
    Subject("Ateliers et chantiers d’insertion", "85320000", _S, 90_000, "territory"),
    Subject("Accueil de jeunes enfants", "85312110", _S, 310_000, "territory"),
    Subject("Formation des agents", "80511000", _S, 60_000, "services"),
    Subject(
        "Formation professionnelle des demandeurs d’emploi", "80530000", _S, 130_000, "territory"
    ),
    Subject("Impression des supports de communication", "79800000", _S, 70_000, "services"),
    Subject("Organisation du festival d’été", "79952000", _S, 85_000, "area"),
    Subject("Affranchissement et distribution du courrier", "64110000", _S, 80_000, "services"),
    Subject("Manutention et déménagement", "63110000", _S, 50_000, "services"),
    Subject("Gestion de la fourrière animale", "98380000", _S, 60_000, "area"),
    Subject("Maîtrise d’œuvre pour la rénovation", "71221000", _I, 120_000, "building"),
    Subject("Maîtrise d’œuvre pour le réaménagement", "71300000", _I, 90_000, "street"),
    Subject("Coordination sécurité et protection de la santé", "71317210", _I, 40_000, "building"),
    Subject("Contrôle technique", "71631000", _I, 45_000, "building"),
    Subject("Étude géotechnique", "71332000", _I, 35_000, "street"),
    Subject("Levés topographiques", "71351810", _I, 42_000, "street"),
    Subject("Étude d’impact environnemental", "90711000", _I, 55_000, "street"),
    Subject("Assistance à maîtrise d’ouvrage pour le plan climat", "71313000", _I, 75_000, "area"),
    Subject("Élaboration du plan local d’urbanisme", "71410000", _I, 210_000, "area"),
    Subject("Conseil et représentation juridiques", "79100000", _I, 60_000, "services"),
    Subject("Audit énergétique du patrimoine", "71315400", _I, 65_000, "territory"),
    Subject("Logiciel de gestion financière et maintenance", "48000000", _D, 130_000, "services"),
    Subject("Tierce maintenance applicative", "72267000", _D, 160_000, "services"),
    Subject("Développement du portail des usagers", "72212000", _D, 110_000, "services"),
    Subject("Assistance aux utilisateurs", "72253000", _D, 95_000, "services"),
    Subject("Services de télécommunications", "64210000", _D, 180_000, "services"),
    Subject("Fourniture d’ordinateurs reconditionnés", "30213000", _D, 140_000, "services"),
    Subject("Fournitures de bureau", "30192000", _P, 60_000, "services"),
    Subject("Papier recyclé", "30199000", _P, 45_000, "services"),
    Subject("Produits d’entretien écolabellisés", "39830000", _P, 70_000, "services"),
    Subject("Mobilier scolaire", "39160000", _P, 85_000, "territory"),
    Subject("Mobilier de bureau de réemploi", "39130000", _P, 75_000, "services"),
    Subject("Vêtements de travail et protections", "18100000", _P, 65_000, "services", "workwear"),
    Subject("Véhicules utilitaires électriques", "34144900", _P, 190_000, "services"),
    Subject("Bennes à ordures ménagères", "34144510", _P, 420_000, "territory"),
    Subject("Vélos à disposition des agents", "34430000", _P, 42_000, "services"),
    Subject("Électricité d’origine renouvelable", "09310000", _P, 950_000, "services"),
    Subject("Gaz naturel et biogaz", "09123000", _P, 620_000, "services"),
    Subject("Bois déchiqueté pour les chaufferies", "09111400", _P, 110_000, "territory"),
    Subject("Carburants", "09134200", _P, 230_000, "services"),
    Subject("Panneaux de signalisation", "34992200", _P, 70_000, "territory"),
    Subject("Arbres et arbustes", "03452000", _P, 45_000, "territory"),
    Subject("Livres pour les médiathèques", "22113000", _P, 65_000, "territory"),
    Subject("Aires de jeux", "37535200", _P, 90_000, "street"),
    Subject("Conteneurs de tri", "44613800", _P, 160_000, "territory"),
    Subject("Enrobés et matériaux de voirie", "44113600", _P, 130_000, "territory"),
    Subject("Denrées pour la restauration scolaire", "15000000", _F, 110_000, "territory", "food"),
    Subject("Produits issus de l’agriculture biologique", "15300000", _F, 70_000, "territory"),
    Subject("Lait et produits laitiers", "15500000", _F, 50_000, "territory"),
)

_SERVICE = "Concession de service"
_PUBLIC = "Concession de service public"
_DELEGATION = "Délégation de service public"

CONCESSION_SUBJECTS: Final[tuple[ConcessionSubject, ...]] = (
    ConcessionSubject(
        "Distribution publique d’eau potable",
        "cleaning",
        _DELEGATION,
        9_000_000,
        (("Abonnement annuel", 42_00), ("Mètre cube d’eau", 1_87)),
    ),
    ConcessionSubject(
        "Exploitation du réseau de chaleur",
        "energy",
        _PUBLIC,
        14_000_000,
        (("Mégawattheure livré", 71_50), ("Abonnement par kilowatt", 38_20)),
    ),
    ConcessionSubject(
        "Exploitation du réseau de transport urbain",
        "transport",
        _DELEGATION,
        22_000_000,
        (("Ticket à l’unité", 1_40), ("Abonnement mensuel", 29_00)),
    ),
    ConcessionSubject(
        "Gestion de la piscine intercommunale",
        "social",
        _DELEGATION,
        4_200_000,
        (("Entrée adulte", 5_20), ("Entrée réduite", 3_60)),
    ),
    ConcessionSubject(
        "Gestion du crématorium",
        "office",
        _PUBLIC,
        3_100_000,
        (("Crémation adulte", 690_00),),
    ),
    ConcessionSubject(
        "Exploitation des parcs de stationnement",
        "transport",
        _PUBLIC,
        5_600_000,
        (("Heure de stationnement", 1_50), ("Abonnement mensuel", 65_00)),
    ),
    ConcessionSubject(
        "Gestion du centre de loisirs",
        "social",
        _DELEGATION,
        1_300_000,
        (("Journée", 12_00), ("Journée, tarif solidaire", 4_00)),
    ),
    ConcessionSubject(
        "Mobilier urbain d’information",
        "office",
        _SERVICE,
        1_100_000,
        (("Face publicitaire par semaine", 85_00),),
    ),
    ConcessionSubject(
        "Construction et exploitation du parking de la gare",
        "works",
        "Concession de travaux",
        11_000_000,
        (("Heure de stationnement", 1_80),),
    ),
)
