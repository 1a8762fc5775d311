"""What readers find of an event's materials."""

from events.enums import MaterialAudience, MaterialKind
from events.models import Event, Material

AFTERWARDS = (MaterialKind.REPORT, MaterialKind.RECORDING, MaterialKind.MINUTES)
"""What remains of an event, the most telling first."""


def materials_of(event: Event, *, may_have_all: bool) -> list[Material]:
    """In their order, with the file and the session of each; without what is for those enrolled, unless
    ``may_have_all``."""
    materials = event.materials.select_related("document", "session")
    if not may_have_all:
        materials = materials.filter(audience=MaterialAudience.READERS)
    return list(materials)


def remaining(materials: list[Material]) -> tuple[list[Material], list[Material]]:
    """Those that tell what came of the event, the most telling first, and those that were handed out before it."""
    after = sorted(
        (material for material in materials if material.kind in AFTERWARDS),
        key=lambda material: AFTERWARDS.index(MaterialKind(material.kind)),
    )
    return after, [material for material in materials if material.kind not in AFTERWARDS]
