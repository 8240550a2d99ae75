"""Readers of listings, one for each CMS family: pure, without network, without Scrapy.

`FAMILIES` has them by the names that sources give. A spider takes `first` requests from a family, hands each answer to
`read`, and lets `walk.Walk` say where the list ends. What a listing may set is in the docstring of the family's module
and in its `options`.

`html_list` and `json_list` read any list whose shape the source's YAML describes; most families are presets of them.
Shared parts: `listing` (what passes between spider and reader), `options`, `rows`, `paging`, `dates`, `titles`, `walk`.
"""

from collections.abc import Mapping

from crawler.families import (
    cac_jsonlist,
    gkmlpt,
    govcn_json,
    hanweb_jpage,
    html_list,
    jpaas_search_front,
    jpaas_unit,
    json_list,
    nda,
    trs_json,
    trs_static,
    trs_was,
    ucap,
)
from crawler.families.listing import Family

_ALL: tuple[Family, ...] = (
    trs_static.FAMILY,
    trs_json.FAMILY,
    trs_was.FAMILY,
    gkmlpt.FAMILY,
    hanweb_jpage.FAMILY,
    jpaas_unit.FAMILY,
    jpaas_search_front.FAMILY,
    ucap.FAMILY,
    govcn_json.FAMILY,
    cac_jsonlist.FAMILY,
    nda.FAMILY,
    html_list.FAMILY,
    json_list.FAMILY,
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
"""Every family by its name."""
