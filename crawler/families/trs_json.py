"""`trs_json`: a static JSON file beside a TRS page, all rows in one answer (Hubei departments).

`data[{URL, FILENAME, DOCRELTIME}]`, written by a template: a comma may stand behind the last row. Options are those of
`json_list`; other defaults: `url` `URL`, `title` `FILENAME TITLE DOCTITLE`, `date` `DOCRELTIME PUBDATE`, `number`
`FILENUM`.
"""

from crawler.families.json_list import JSON_OPTIONS, JsonList
from crawler.families.options import override

FAMILY = JsonList(
    "trs_json",
    override(
        JSON_OPTIONS,
        rows="data .",
        url="URL DOCPUBURL",
        title="FILENAME TITLE DOCTITLE",
        date="DOCRELTIME PUBDATE",
        number="FILENUM fileNum",
    ),
)
