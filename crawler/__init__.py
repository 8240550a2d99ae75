"""The crawler: fetches what sources publish and understands nothing of it.

`families/` reads the listings of each CMS family (answer in, entries and the next request out, no network).
`links` knows addresses: canonical form, attachments, further pages of a split article, which hosts are allowed.
`decode` turns bytes into text. The one spider around them fetches; `data.archive` keeps what came.

Imports `data` only. Neither `index` nor `app` is imported here: the archive is the only contract with them.
"""
