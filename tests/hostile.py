"""Makes files that hurt careless readers; small recipes, never stored."""

import gzip
import io
import zipfile
from functools import cache

from tests.walks import as_gpx, gpx_of_points, opening, walk

PREFIXES = 50_000


def small_gpx() -> bytes:
    """Return a good short walk, to be spoilt."""
    return as_gpx(walk(points=120))


@cache
def unreadable() -> dict[str, bytes]:
    """Return what is not a GPX document, though it begins like XML or is empty (row 8)."""
    good = small_gpx()
    return {
        "truncated": good[: len(good) // 2],
        "truncated in a tag": good[: good.index(b"trkpt") + 3],
        "mismatched tag": good.replace(b"</trkseg>", b"</trk>"),
        "undeclared prefix": good.replace(b"<ele>", b"<x:ele>").replace(b"</ele>", b"</x:ele>"),
        "web page": b"<html><head><title>Log in</title></head><body><p>Please</p></body></html>",
        "web page with doctype": b"<!DOCTYPE html>\n<html><body><p>Please<br></p></body></html>",
        "another format": b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>',
        "another namespace": good.replace(b"GPX/1/1", b"GPX/2/0"),
        "empty": b"",
        "blank": b" \r\n\t",
        "only a mark": b"\xef\xbb\xbf",
        "unknown encoding": good.replace(b"UTF-8", b"x-klingon"),
        "codec that is no encoding": good.replace(b"UTF-8", b"rot13"),
        "codec that computes": good.replace(b"UTF-8", b"unicode_escape"),
        "wrong encoding": good.replace(b"UTF-8", b"UTF-16"),
        "broken UTF-8": good.replace(b"a phone", b"a \xff\xfe phone"),
        "broken UTF-16": b"\xff\xfe<\x00g\x00\x00\xd8x\x00",
        "two roots": good + b"<gpx/>",
        "NUL": good.replace(b"a phone", b"a \x00 phone"),
        "entity": good.replace(b"a phone", b"a &phone;"),
    }


@cache
def unusable_places() -> dict[str, bytes]:
    """Return walks with one place that is none (row 9)."""
    texts = [
        "91",
        "-90.0001",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e308",
        "1e999",
        "52,1",
        "5_2.1",
        "\u0665\u0662.\u0661",
        "",
        " ",
        "\uff15",
    ]
    texts += ["0x34", "52.1.1", "--52", "+-52", "e5", "52 1", "5" * 65, "52°", "N52", "52.1&#10;1", "52.1&#160;"]
    files = {f"lat {text[:12]!r}": one_bad(f'lat="{text}" lon="5"') for text in texts}
    files |= {f"lon {text!r}": one_bad(f'lat="52" lon="{text}"') for text in ("180.1", "-181", "nan", "", "361")}
    return files | {
        "lat missing": one_bad('lon="5"'),
        "both missing": one_bad(""),
        "lat in a namespace": one_bad('x:lat="52" lon="5" xmlns:x="urn:x"'),
    }


def one_bad(attributes: str) -> bytes:
    """Return a walk of three points, the middle one with these attributes."""
    return gpx_of_points(f'<trkpt lat="52" lon="5"/><trkpt {attributes}/><trkpt lat="52.01" lon="5"/>')


@cache
def doctypes(port: int = 9) -> dict[str, bytes]:
    """Return documents with a DOCTYPE (row 10); `port` is where an external one would be fetched from."""
    good = small_gpx().partition(b"?>\n")[2]
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    subsets = {
        "harmless": "<!DOCTYPE gpx>",
        "empty subset": "<!DOCTYPE gpx []>",
        "external file": '<!DOCTYPE gpx SYSTEM "file:///etc/passwd">',
        "external http": f'<!DOCTYPE gpx SYSTEM "http://127.0.0.1:{port}/gpx.dtd">',
        "public": f'<!DOCTYPE gpx PUBLIC "-//X//Y" "http://127.0.0.1:{port}/gpx.dtd">',
        "entity from file": '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "entity from http": f'<!DOCTYPE gpx [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>',
        "parameter entity": f'<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/x"> %x;]>',
        "billion laughs": f'<!DOCTYPE gpx [<!ENTITY l0 "ha">{laughs}]>',
        "quadratic": f'<!DOCTYPE gpx [<!ENTITY a "{"a" * 50_000}">]>',
        "web page with entities": '<!DOCTYPE html [<!ENTITY x "y">]>',
        "default attributes": '<!DOCTYPE gpx [<!ATTLIST trkpt lat CDATA "52">]>',
    }
    files = {name: f'<?xml version="1.0"?>{subset}'.encode() + good for name, subset in subsets.items()}
    files["billion laughs, used"] = files["billion laughs"].replace(b"<trkseg>", b"<name>&l9;</name><trkseg>")
    files["UTF-16"] = f"<!DOCTYPE gpx>{good.decode()}".encode("utf-16")
    return files


@cache
def too_complex() -> dict[str, bytes]:
    """Return documents that are well-formed and far too much (row 11), each under 8 MiB."""
    head = opening()
    declarations = many('xmlns:p{}="urn:{}"', PREFIXES)
    one_each = many('<p{}:a xmlns:p{}="urn:{}"/>', PREFIXES)
    attributes = many('a{}=""', 400_000)
    return {
        "200,000 deep": f"{head}{'<a>' * 200_000}{'</a>' * 200_000}</gpx>".encode(),
        "500,000 deep": f"{head}{'<a>' * 500_000}{'</a>' * 500_000}</gpx>".encode(),
        "50,000 prefixes on one element": f"{head}<a {declarations}/></gpx>".encode(),
        "50,000 prefixes, one each": f"{head}{one_each}</gpx>".encode(),
        "2 million empty elements": f"{head}{'<a/>' * 2_000_000}</gpx>".encode(),
        "many attributes": f"{head}<a {attributes}/></gpx>".encode(),
        "too many points": gpx_of_points('<trkpt lat="1" lon="1"/>' * 50_001),
        "too many segments": gpx_of_points("</trkseg><trkseg>" * 256),
    }


def many(pattern: str, count: int) -> str:
    """Repeat a pattern with its number in every brace."""
    return " ".join(pattern.replace("{}", str(i)) for i in range(count))


@cache
def unsupported() -> dict[str, bytes]:
    """Return what is none of our formats (row 14)."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("walk.gpx", small_gpx())
    return {
        "zip": zipped.getvalue(),
        "gzip": gzip.compress(small_gpx()),
        "gzip bomb": gzip.compress(bytes(16 * 1024 * 1024)),
        "other JSON": b'{"walk": [1, 2, 3]}',
        "JSON with a type": b'{"type": "Topology", "objects": {}}',
        "JSON list": b"[1, 2, 3]",
        "text": b"I walked to the shop and back",
        "random": bytes(range(128, 255)) * 40,
        "FIT mark elsewhere": b"0123456789.FIT",
    }
