"""The technicians' pages: server-rendered, one file a page with the context that it declares, and a template of the same name.

``mount`` finds the pages by listing this folder: each module that has a ``ROUTER`` is one. The others are the frame: ``visit`` (who asks,
in which language), ``render``, ``language``, ``forms``, ``reading`` (rows into words), ``error``. A template receives its context alone.
"""

import importlib
import pkgutil
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

STATIC = Path(__file__).parents[1] / "static"


def mount(app: FastAPI) -> None:
    """Adds the pages, the style sheets, and what a person sees where a page cannot be shown."""
    # here, since the pages themselves import this package
    from collector.pages.error import error_page
    from collector.pages.language import languages

    languages()  # a catalogue that cannot be read stops the start, not the first reader
    app.state.error_page = error_page
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for module in pkgutil.iter_modules(__path__):
        router = getattr(importlib.import_module(f"{__name__}.{module.name}"), "ROUTER", None)
        if router is not None:
            app.include_router(router, include_in_schema=False)
