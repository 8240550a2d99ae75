"""The refresh: crawl, read what changed, update the index, changes, alerts, report; one at a time, and resumable.

- `settings`: where things lie; `lock`: one at a time; `ledger`: which refreshes began and how they ended;
- `crawl`: the crawler in a process of its own, and how each source ended; `steps`: the work; `report`: what is told.
"""
