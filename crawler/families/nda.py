"""`nda`: the National Data Administration, `…/list/index_pc_1.html`, then `index_pc_2.html`.

`totalData` and `showData` state the entries and how many a page shows. Rows may hold a pop-up (`div.popbox`) with
lists of readings of its own. Options are those of `html_list`; other defaults: `rows` `ul.u-list > li`, `drop`
`div.popbox`, `page_url` `index_pc_{n}.html`, `second` `2`.
"""

from crawler.families.html_list import HTML_OPTIONS, HtmlList
from crawler.families.options import override

FAMILY = HtmlList(
    "nda",
    override(HTML_OPTIONS, rows="ul.u-list > li", drop="div.popbox", page_url="index_pc_{n}.html", second="2"),
)
