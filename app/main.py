"""Puts the service together; nothing happens at import."""

import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import anyio
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.types import ASGIApp

from app import house as houses
from app.demo.work import sit_down
from app.routes import ROUTERS, demo, problems
from app.routes.headers import API_VERSION, Headers
from app.routes.limits import new_limiter
from app.routes.meter import AccessLog, Meter
from app.routes.pages.routers import ROUTERS as PAGES
from app.routes.pages.static import Static
from app.routes.patience import Patience
from app.routes.stream import THREADS
from app.settings import Settings
from app.worker import Worker

MAX_BODY_BYTES = 64 * 1024
STATIC = Path(__file__).parent / "static"
ABOUT = """A quiet sign of life: walks and taps come in, blurred; a small circle receives a drawing of them.

Times are RFC 3339 with an offset, geometry is bare GeoJSON with at most four decimals, errors are RFC 9457 problems
with a stable `code`. What is not granted or not available is absent, never null."""
ABOUT_TOKENS = "The token from sign-up, a pairing or an invitation. Pages send the same in a cookie."


class Service(FastAPI):
    """Puts headers and problems around the framework's own answers (413, 500), which user middleware is inside of."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the framework's stack with ours around it."""
        framework = problems.BodyLimit(Patience(super().build_middleware_stack()))
        headers = Headers(framework, is_https=self.state.house.settings.is_https)
        return AccessLog(headers, self.state.meter)


def create_app(settings: Settings, *, with_worker: bool = True) -> FastAPI:
    """Return the whole service for these settings; processes and threads begin with its lifespan."""
    house = houses.build(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.stream_threads = anyio.CapacityLimiter(THREADS)
        house.reader.open()
        worker = app.state.worker = Worker(house) if with_worker else None
        if worker:
            worker.start()
        yield
        if worker:
            worker.stop()
        house.close()

    app = Service(
        title="Teken van leven",
        version=API_VERSION,
        description=ABOUT,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # its redirect repeats the Host that the caller made up
        strict_content_type=False,
        max_body_size=MAX_BODY_BYTES,
    )
    app.state.house = house
    app.state.meter = Meter()
    app.state.limiter = new_limiter()
    app.state.followed = Counter()
    app.state.writers = anyio.CapacityLimiter(house.db.writers)
    for router in (*ROUTERS, *PAGES, *([demo.doors(sit_down)] if settings.demo else [])):
        app.include_router(router)
    app.mount("/static", Static(directory=STATIC), name="static")
    problems.add_to(app)
    document = cache(lambda: openapi_bytes(app))  # a tenth of a second, once and only when somebody asks

    @app.get("/v1/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        return Response(document(), media_type="application/json")

    return app


def openapi_bytes(app: FastAPI) -> bytes:
    """Return the OpenAPI document as it is checked in: the same bytes whatever the settings."""
    schema = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
        servers=[{"url": "/"}],
        contact={"name": "Teken van leven", "url": "https://teken.example/"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    return json.dumps(_mended(schema), indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _mended(schema: dict[str, Any]) -> dict[str, Any]:
    """Mend what the framework writes otherwise than we answer."""
    schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": ABOUT_TOKENS}
    }
    for operations in schema["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:  # the limit for bodies holds for all of them
                operation["responses"].setdefault("413", problems.responses(413)[413])
            if "401" in operation["responses"]:
                operation["security"] = [{"token": []}]
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    content.pop("itemSchema", None)  # OpenAPI 3.2, in a document of 3.1
    return schema
