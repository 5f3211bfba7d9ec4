"""The house is in order: README, document, migrations, contracts and sizes say what is."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from fastapi import FastAPI
from sqlalchemy import Connection, create_engine, inspect
from starlette.testclient import TestClient

from app.channels.register import REGISTER
from app.main import create_app, openapi_bytes
from app.models.base import Table
from app.settings import Settings
from tests.house import make_app, make_client, make_settings
from tests.postgres import new_database

ROOT = Path(__file__).parent.parent
APP = sorted((ROOT / "app").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
OPERATOR = {"/livez", "/readyz", "/metrics"}
# `style.md`, size and shape.
LINES_OF_FILE, LINES_OF_TEST_FILE, LINES_OF_CHANNEL = 350, 500, 100
LINES_OF_FUNCTION, LINES_OF_ENDPOINT, ARGUMENTS = 50, 12, 6
# What is no channel but shared by them.
SHARED_BY_CHANNELS = {"post.py", "guard.py", "base.py"}


@pytest.fixture
def app(tmp_path: Path) -> Generator[FastAPI]:
    app = make_app(tmp_path)
    yield app
    app.state.house.close()


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return json.loads(openapi_bytes(app))


def readme() -> str:
    return (ROOT / "README.md").read_text()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


class TestReadme:
    def test_it_names_every_setting(self):
        names = {f"TEKEN_{name.upper()}" for name in Settings.model_fields}
        named = set(re.findall(r"TEKEN_[A-Z_]+[A-Z]", readme()))
        assert names - named == set(), "settings that README does not name"
        options = set(re.findall(r"TEKEN_[A-Z_]+[A-Z]", (ROOT / "app" / "cli.py").read_text()))
        assert named - names - options == set(), "names in README that are no settings"

    def test_it_names_every_endpoint(self, document: dict[str, Any]):
        """A cell may write several methods before one path: `GET`, `POST /v1/devices`."""
        there = {f"{method} {path}" for method, path, _ in operations(document)}
        named = set()
        for methods, path in re.findall(r"((?:`?(?:GET|POST|PUT|PATCH|DELETE)`?,? ?)+)(/[\w/{}.-]*)`", readme()):
            named |= {f"{method} {path}" for method in re.findall(r"[A-Z]+", methods)}
        assert there - named == set(), "endpoints that README does not name"
        assert named - there == set(), "endpoints in README that are not there"

    def test_it_names_every_channel(self):
        assert [name for name in REGISTER if f"`{name}`" not in readme()] == []

    def test_what_it_links_to_is_there(self):
        links = re.findall(r"\]\(([^)#]+)\)", readme())
        assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


class TestDocument:
    def test_the_file_is_the_apps_own_answer(self, app: FastAPI):
        written = (ROOT / "openapi" / "openapi.json").read_bytes()
        answered = make_client(app).get("/v1/openapi.json").content
        assert written == answered, "write it anew: .venv/bin/teken openapi openapi/openapi.json"

    @pytest.mark.parametrize("given", [{"demo": False, "rate_limits": "on"}, {"max_upload_mb": 1.0}])
    def test_it_is_the_same_whatever_the_settings(self, tmp_path: Path, app: FastAPI, given: dict[str, Any]):
        other = create_app(make_settings(tmp_path / "other", **given), with_worker=False)  # with routes of its own
        assert openapi_bytes(other) == openapi_bytes(app)
        other.state.house.close()

    def test_its_head_is_whole(self, app: FastAPI, document: dict[str, Any]):
        assert document["openapi"].startswith("3.")
        assert document["servers"] == [{"url": "/"}]
        assert {"name", "url"} <= set(document["info"]["contact"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
        assert make_client(app).get("/livez").headers["api-version"] == document["info"]["version"]

    def test_paths_follow_the_api_design_rules(self, document: dict[str, Any]):
        """The major version is in the path; words are kebab-case, without a slash or an extension at the end."""
        part = r"(?:[a-z0-9]+(?:-[a-z0-9]+)*|\{[a-z0-9_]+\})"
        rule = re.compile(rf"/v1(?:/{part})+")
        assert [path for path in document["paths"] if path not in OPERATOR and not rule.fullmatch(path)] == []

    def test_every_refusal_is_a_problem(self, document: dict[str, Any]):
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        wrong = [
            f"{method} {path} {status}"
            for method, path, operation in operations(document)
            for status, answer in operation["responses"].items()
            if status[0] in "45" and answer.get("content") != problem
        ]
        assert wrong == []

    def test_every_operation_says_what_it_does_and_can_be_told_apart(self, document: dict[str, Any]):
        found = list(operations(document))
        assert [f"{method} {path}" for method, path, one in found if not one.get("description")] == []
        assert len({one["operationId"] for _, _, one in found}) == len(found)

    def test_who_needs_a_token_is_said(self, document: dict[str, Any]):
        found = {f"{method} {path}": one for method, path, one in operations(document)}
        silent = [name for name, one in found.items() if "401" in one["responses"] and not one.get("security")]
        assert silent == []

    def test_properties_are_snake_case(self, document: dict[str, Any]):
        schemas = document["components"]["schemas"]
        names = {name for schema in schemas.values() for name in schema.get("properties", {})}
        assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []


class TestMigrations:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def connection(self, request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Connection]:
        if request.param == "sqlite":
            yield from self.connect(f"sqlite:///{tmp_path / 'empty.db'}")
        else:
            with new_database() as url:
                yield from self.connect(url)

    def connect(self, url: str) -> Generator[Connection]:
        engine = create_engine(url)
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def test_they_go_up_down_and_up_and_match_the_tables(self, connection: Connection):
        config = Config()
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        command.upgrade(config, "head")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []

    def test_they_import_nothing_from_the_app(self):
        imports = [
            f"{path.name}: {name}"
            for path in (ROOT / "migrations" / "versions").glob("*.py")
            for name in imported(ast.parse(path.read_text()))
            if name.partition(".")[0] == "app"
        ]
        assert imports == []

    def test_every_row_under_a_resident_says_whose_it_is(self):
        """The growth rule of `stack.md`: all but residents, viewers, organisations and what belongs to nobody."""
        alone = {"resident", "viewer", "failed_accept", "replay", "asked", "display", "ledger_place"}
        alone |= {"organisation", "member", "work_session", "duty", "watch_run", "heard_hour"}
        tables = Table.metadata.tables.items()
        assert [name for name, table in tables if name not in alone and "resident_id" not in table.c] == []


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_the_rooms_keep_to_their_contracts():
    linted = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", linted], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    assert done.returncode == 0, done.stdout + done.stderr


class TestSizes:
    def test_files_stay_readable(self):
        limits = dict.fromkeys(APP, LINES_OF_FILE) | dict.fromkeys(TESTS, LINES_OF_TEST_FILE)
        assert over(limits) == []

    def test_channels_stay_small(self):
        files = (path for path in (ROOT / "app" / "channels").glob("*.py") if path.name not in SHARED_BY_CHANNELS)
        assert over(dict.fromkeys(files, LINES_OF_CHANNEL)) == []

    def test_functions_stay_short(self):
        long = [name for name, node in functions() if node.end_lineno - node.lineno >= LINES_OF_FUNCTION]
        assert long == []

    def test_endpoints_hold_no_rule(self):
        """The body of an endpoint without its docstring; pages are endpoints too."""
        long = [name for name, node in functions() if is_endpoint(node) and body_lines(node) > LINES_OF_ENDPOINT]
        assert long == []

    def test_arguments_stay_few(self):
        """Keyword-only arguments name themselves and are not counted, nor is what an endpoint depends on."""
        many = [name for name, node in functions() if not is_endpoint(node) and len(positional(node)) > ARGUMENTS]
        assert many == []

    def test_every_module_opens_with_its_sentence(self):
        assert [str(path) for path in APP if not ast.get_docstring(ast.parse(path.read_text()))] == []


Function = ast.FunctionDef | ast.AsyncFunctionDef


def over(limits: dict[Path, int]) -> list[str]:
    lines = {path: len(path.read_text().splitlines()) for path in limits}
    return [f"{path.relative_to(ROOT)}: {lines[path]}" for path, limit in limits.items() if lines[path] > limit]


def functions() -> Iterator[tuple[str, Any]]:
    for path in APP:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}: {node.name}", node


def is_endpoint(node: Function) -> bool:
    calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(call, ast.Attribute) and getattr(call.value, "id", "") == "router" for call in calls)


def body_lines(node: Function) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def positional(node: Function) -> list[str]:
    names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    return [name for name in names if name not in {"self", "cls"}]


def test_nothing_is_served_under_the_api_that_the_document_does_not_know(app: FastAPI, document: dict[str, Any]):
    """What the document leaves out (pages, static files, the document itself) is no part of the contract."""
    client: TestClient = make_client(app)
    for path in ("/v1", "/v1/", "/v1/docs", "/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404
    assert all(path.startswith("/v1/") or path in OPERATOR for path in document["paths"])
