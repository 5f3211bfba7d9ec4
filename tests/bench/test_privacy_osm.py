from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("osmium", reason="osmium is a development dependency of the privacy bench")

from bench.privacy.osm import read_town  # after the line above, which says why it may be missing

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "osm"

SMALL = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="test">
 <node id="1" lat="52.0000" lon="5.0000"/>
 <node id="2" lat="52.0000" lon="5.0040"/>
 <node id="3" lat="52.0030" lon="5.0040"/>
 <node id="4" lat="52.0100" lon="5.0100"/>
 <node id="5" lat="52.0110" lon="5.0110"/>
 <node id="6" lat="52.0001" lon="5.0020"><tag k="addr:housenumber" v="7"/></node>
 <node id="7" lat="52.0002" lon="5.0038"><tag k="shop" v="bakery"/></node>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
 <way id="11"><nd ref="4"/><nd ref="5"/><tag k="highway" v="footway"/></way>
 <way id="12"><nd ref="3"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
 <way id="13"><nd ref="3"/><nd ref="5"/><tag k="highway" v="service"/><tag k="access" v="private"/></way>
</osm>
"""


@pytest.fixture
def small(tmp_path) -> Path:
    path = tmp_path / "small.osm"
    path.write_text(SMALL)
    return path


def test_only_connected_and_walkable_streets_are_kept(small):
    town = read_town(small, 1)
    assert town.name == "Small"
    assert town.streets.metres.sum() == pytest.approx(274 + 334, rel=0.01)
    assert np.isfinite(town.streets.distances(0)).all()
    assert town.streets.metres.max() <= 40.5


def test_houses_that_the_map_lacks_are_filled_in_along_the_streets(small):
    houses = read_town(small, 1).houses
    assert 30 < len(houses) < 90
    assert np.array_equal(read_town(small, 1).houses.lat, houses.lat)
    assert not np.array_equal(read_town(small, 2).houses.lat[:20], houses.lat[:20])


def test_the_bakery_is_a_place_to_go_to(small):
    town = read_town(small, 1)
    shop = town.streets.lon[town.shops], town.streets.lat[town.shops]
    assert (np.hypot(shop[0] - 5.0038, shop[1] - 52.0) < 0.0005).any()


@pytest.mark.skipif(not SHARED.exists(), reason="the extracts are not part of the project")
@pytest.mark.parametrize("name", ["krems.osm.gz", "liechtenstein.osm.pbf"])
def test_a_real_extract_is_read_whole(name):
    town = read_town(SHARED / name, 1)
    assert len(town.houses) > 4000
    assert town.streets.metres.sum() > 100_000
