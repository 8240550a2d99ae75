"""The place of a document: from issuers, from hosts, and open where it stays ambiguous."""

from functools import cache

import pytest

from data.tables import Tables, load
from index.read.regions import region_of_host, region_of_issuers, region_of_name, region_words


@cache
def _tables() -> Tables:
    return load()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://www.gz.gov.cn/a.html", "440100"),
        ("http://kjj.gz.gov.cn/a.html", "440100"),
        ("https://www.haizhu.gov.cn/a.html", "440105"),
        ("http://www.thnet.gov.cn/a.html", "440106"),
        ("https://kfqgw.beijing.gov.cn/a", "110000-yizhuang"),
        ("https://www.gov.cn/zhengce/a.htm", "000000"),
        ("http://www.mof.gov.cn/a.htm", "000000"),
        ("https://gxt.ln.gov.cn/a", "210000"),
        ("http://www.beijing.gov.cn:8080/a", "110000"),
        ("https://www.nowhere-known.gov.cn/a", None),
        ("https://gz.gov.cn.example.com/a", None),
        ("https://example.com/a", None),
        ("ftp://www.gz.gov.cn/a", None),
        ("", None),
    ],
)
def test_region_of_host(url: str, code: str | None) -> None:
    assert region_of_host(url, _tables()) == code


@pytest.mark.parametrize(
    ("name", "near", "code"),
    [
        ("广州市海珠区人民政府", None, "440105"),
        ("广东省广州市海珠区人民政府办公室", None, "440105"),
        ("广州市人民政府办公厅", "440106", "440100"),
        ("中共广州市委办公厅", None, "440100"),
        ("北京经济技术开发区管理委员会", None, "110000-yizhuang"),
        ("北京市经济和信息化局", None, "110000"),
        ("浙江省经济和信息化厅", None, "330000"),
        ("国务院办公厅", "440100", "000000"),
        ("国家互联网信息办公室", None, "000000"),
        ("工业和信息化部", None, "000000"),
        ("国家税务总局广州市税务局", None, "440100"),
        ("鼓楼区人民政府", None, None),
        ("鼓楼区人民政府", "320100", "320106"),
        ("鼓楼区人民政府", "000000", None),
        ("南京市鼓楼区人民政府", None, "320106"),
        ("徐州市鼓楼区人民政府", "320100", "320302"),
        ("区政府", "440105", "440105"),
        ("区政府", None, None),
        ("市科技局", "440105", "440100"),
        ("市科委", "110108", "110000"),
        ("省科技厅", "440105", "440000"),
        ("高新区管委会", "340100", "340100-gaoxin"),
        ("高新区管委会", None, None),
        ("经开区管委会", "340100", None),
        ("经开区管委会", None, None),
        ("沧澜市人民政府", None, None),
        ("", None, None),
    ],
)
def test_region_of_name(name: str, near: str | None, code: str | None) -> None:
    assert region_of_name(name, _tables().regions, near=near) == code


def test_first_issuer_that_tells_its_place_decides() -> None:
    regions = _tables().regions
    assert region_of_issuers(("沧澜学会", "杭州市经济和信息化局", "浙江省数据局"), regions) == "330100"
    assert region_of_issuers((), regions, near="330100") is None


def test_a_shared_name_is_settled_by_the_issuer_beside_it() -> None:
    assert region_of_issuers(("鼓楼区人民政府", "南京市数据局"), _tables().regions) == "320106"


def test_table_of_hosts_names_known_regions_once() -> None:
    words = region_words()
    domains = [domain for entry in words.hosts for domain in entry.domains]
    repeated = {domain for domain in domains if domains.count(domain) > 1}
    assert not repeated
    assert all(entry.region in _tables().regions for entry in words.hosts)
