"""The server: the pages of `main.py`, and the API, feeds and health beside them. `streamlit run app/server.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app.api.backend import Backend
from app.api.guard import PageHeaders
from app.api.routes import routes
from app.door import Door
from app.page_language import PageLanguage
from app.service import tables
from app.sign_in import SignInError
from app.sign_in import from_environment as sign_in_from_environment
from data import journal
from index.client import from_environment

try:
    SIGN_IN = sign_in_from_environment()
except SignInError as wrong:
    raise SystemExit(f"error: {wrong}") from None
BACKEND = Backend(tables, from_environment)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Read the tables before the first request, and let go of the cluster after the last."""
    journal.write_to()
    await BACKEND.run(lambda: BACKEND.tables)
    yield
    BACKEND.close()


app = st.App(
    Path(__file__).with_name("main.py"),
    routes=routes(BACKEND),
    middleware=[Middleware(PageHeaders), Middleware(Door, sign_in=SIGN_IN), Middleware(PageLanguage)],
    secrets=SIGN_IN.secrets() if SIGN_IN else None,
    lifespan=lifespan,
)
