"""A small cast: Anna the resident, Bas her contact; Dora another resident, and Eef, her contact: the stranger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from tests.walks import walk_gpx


@dataclass(frozen=True)
class Person:
    """Somebody with a token; `id` is the resident's, or the grant's of a contact."""

    client: TestClient
    id: str
    token: str

    @property
    def auth(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **kw: Any) -> Any:
        return self.client.get(path, headers=self.auth | kw.pop("headers", {}), **kw)

    def post(self, path: str, **kw: Any) -> Any:
        return self.client.post(path, headers=self.auth | kw.pop("headers", {}), **kw)

    def put(self, path: str, **kw: Any) -> Any:
        return self.client.put(path, headers=self.auth | kw.pop("headers", {}), **kw)

    def patch(self, path: str, **kw: Any) -> Any:
        return self.client.patch(path, headers=self.auth | kw.pop("headers", {}), **kw)

    def delete(self, path: str, **kw: Any) -> Any:
        return self.client.delete(path, headers=self.auth | kw.pop("headers", {}), **kw)

    def tap(self, **body: Any) -> Any:
        answer = self.post("/v1/check-ins", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["teken"]

    def walk(self, ended_at: datetime, *, points: int = 500, every_s: float = 7.0, **how: Any) -> Any:
        """Share an hour's walk that ends at a moment; below 64 kB, so that it is read in this process."""
        begins = ended_at - timedelta(seconds=(points - 1) * every_s)
        answer = self.post("/v1/walks", content=walk_gpx(begins=begins, points=points, every_s=every_s, **how))
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()["walk"]

    def feed(self) -> list[Any]:
        answer = self.get("/v1/teken")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


def make_resident(client: TestClient, name: str = "Anna", **given: Any) -> Person:
    answer = client.post("/v1/residents", json={"name": name} | given)
    assert answer.status_code == 201, answer.text
    return Person(client, answer.json()["resident"]["id"], answer.json()["token"])


def make_contact(resident: Person, name: str = "Bas", *, accept: dict[str, Any] | None = None, **given: Any) -> Person:
    invited = resident.post("/v1/invitations", json={"name": name} | given)
    assert invited.status_code == 201, invited.text
    answer = resident.client.post(f"/v1/invitations/{invited.json()['code']}/accept", json=accept or {})
    assert answer.status_code == 201, answer.text
    return Person(resident.client, answer.json()["contact"]["id"], answer.json()["token"])


def make_upload(resident: Person) -> Person:
    made = resident.post("/v1/devices", json={"name": "horloge", "kind": "upload"})
    assert made.status_code == 201, made.text
    return Person(resident.client, resident.id, made.json()["token"])
