"""Whether a part, of a measure or of a milestone, may have a name, and else what to do about it."""

from collections.abc import Collection

from api.rules.indicators.parts import Parts, same_part


def wrong_name(parts: Parts, name: str, seen: Collection[str]) -> str | None:
    """What is wrong with the name of a part; ``seen``: those before it (see ``same_part``)."""
    if not same_part(name):
        return "est obligatoire."
    if same_part(name) in seen:
        return "est déjà dans la liste : donnez une seule réponse par part."
    if parts.word(name) is None:
        return f"n’est pas de la liste : {', '.join(parts.among)}."
    return None
