"""JSON, feeds and health beside the pages: Starlette routes that `app.server` mounts in the server of the pages.

- `parameters`: what may stand in an address, reader and schema in one row; `search`: from there to `Query`;
- `fields`, `incentives`, `documents`, `lists`: what an answer holds, value and schema in one row;
- `endpoints`: the addresses; `openapi`: their description, made of the same rows;
- `atom`, `feeds`, `ical`, `calendar`: feeds;
- `health`, `metrics`: for who runs it; `problems`, `caching`, `guard`, `backend`: what all of them share.
"""
