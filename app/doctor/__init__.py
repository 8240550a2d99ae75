"""`python -m app doctor`: looks at everything a run rests on, changes nothing, and says what to do.

`finding.py` what a check says · `machine.py` programs, packages, disk, memory · `cluster.py` Elasticsearch, the index ·
`archive.py` ledgers, WARC files, sources · `routine.py` the weekly refresh, messages · `command.py` all, in order
"""
