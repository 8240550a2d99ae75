"""`jpaas_search_front`: the search of JPaaS sites, as at the Ministry of Industry and Information Technology.

`…/search-front-server/api/search/info?websiteid=…&scope=basic&q=&pg=20&cateid=51&p=1`: `pg` rows a page, `p` from 1.
The list ends with an empty page. With `group=distinct` a record is one level deeper. Options are those of `json_list`;
other defaults: `rows` `data.searchResult.dataResults`, `record` `groupData.0.data data`, `date` `jsearch_date
deploytime`, `page_param` `p`.
"""

from crawler.families.json_list import JSON_OPTIONS, JsonList
from crawler.families.options import override

FAMILY = JsonList(
    "jpaas_search_front",
    override(
        JSON_OPTIONS,
        rows="data.searchResult.dataResults",
        record="groupData.0.data data",
        title="title title_text",
        date="jsearch_date deploytime",
        page_param="p",
    ),
)
