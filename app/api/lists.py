"""Lists of tables in an answer: regions and kinds."""

from app.api.fields import Field, said, text, texts
from data.model import BenefitClass, IncentiveKind, Region, RegionLevel

REGION: list[Field[Region]] = [
    *text("code", lambda region: region.code, "GB/T 2260, or a code of ours for a development zone.", always=True),
    *text("name", lambda region: region.name, "Name.", always=True),
    *said("full_name", lambda region, tables: tables.regions.full_name(region.code), "Name with those above it."),
    Field(
        "level",
        {"type": "string", "enum": [str(level) for level in RegionLevel], "description": "Level."},
        lambda region, _: region.level,
    ),
    *said("level_text", lambda region, tables: tables.terms[region.level].zh, "Level in words."),
    *text("parent", lambda region: region.parent, "Code one step up; null for the country."),
    *texts("aliases", lambda region: region.aliases, "Other names that people type."),
]

KIND: list[Field[IncentiveKind]] = [
    *text("code", lambda kind: kind.code, "Code.", always=True),
    *text("name", lambda kind: kind.name, "Name.", always=True),
    Field(
        "benefit_class",
        {"type": "string", "enum": [str(found) for found in BenefitClass], "description": "What a firm gets."},
        lambda kind, _: kind.benefit_class,
    ),
    *text("definition", lambda kind: kind.definition, "What counts as this kind and what does not.", always=True),
]
