"""`trs_was`: WAS5 searches of TRS (`/was5/web/search?channelid=…&page=1`), as at the Ministry of Education.

The page's number is a parameter, from 1; scripts state `countPage` and `recordCount`. Options are those of `html_list`;
other defaults: `page_param` is `page`, `second` is `2`, `rows` is `li`s with a link and a date beside it.
"""

from crawler.families.html_list import HTML_OPTIONS, HtmlList
from crawler.families.options import override

FAMILY = HtmlList("trs_was", override(HTML_OPTIONS, rows="li:has(> a + span)", page_param="page", second="2"))
