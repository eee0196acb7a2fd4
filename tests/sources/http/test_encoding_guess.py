"""The encoding of a text that names none, or a wrong one, is known by what is usual in its language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.http.charset import decode
from bot.sources.http.encoding_guess import guessed, score

TEXTS = [
    ("gbk", "北京市发布新的数据中心规划，市民表示欢迎"),
    ("gb18030", "习近平主席会见外宾"),
    ("big5", "台北市政府宣布資料中心計畫，市民歡迎"),
    ("euc_kr", "서울시 데이터센터 건설 계획 발표"),
    ("cp932", "橋の工事、データセンターの話"),
    ("euc_jp", "橋の工事、データセンターの話"),
    ("cp1251", "Новый центр обработки данных в Москве"),
    ("koi8-r", "Новый центр обработки данных в Москве"),
    ("cp866", "Новый центр обработки данных в Москве"),
    ("cp1251", "Новий центр обробки даних у Києві"),
    ("cp1253", "Νέο κέντρο δεδομένων στην Αθήνα"),
    ("cp1255", "מרכז נתונים חדש בירושלים"),
    ("cp1256", "مركز بيانات جديد في القاهرة"),
    ("cp874", "ศูนย์ข้อมูลใหม่ในกรุงเทพ"),
    ("cp1250", "Nowe centrum danych powstanie w Łodzi, mówią radni. Źródło: urząd miasta. Będzie też żłobek"),
    ("iso8859-2", "Nowe centrum danych powstanie w Łodzi, mówią radni. Źródło: urząd miasta. Będzie też żłobek"),
    ("cp1254", "İstanbul'da yeni köprü açıldı, büyükşehir yağışlı günlere hazır"),
    ("cp1252", "L’été à Paris : les données « ouvertes » de la mairie"),
    ("cp1252", "Über die größte Brücke in Köln führt ein schöner Weg"),
]


@pytest.mark.parametrize("declared", ["", ' encoding="utf-8"', ' encoding="iso-8859-1"'])
@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_old_encoding_is_known_by_its_text_where_nothing_says_which(
    encoding: str, text: str, declared: str
) -> None:
    if encoding == "cp1254" and "8859" in declared:
        pytest.skip("hardly a letter differs")
    body = f'<?xml version="1.0"{declared}?><rss><title>Kawaraban {text}</title></rss>'

    assert decode(body.encode(encoding), None) == body


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("euc_jp", "shift_jis"),
        ("cp932", "euc-jp"),
        ("koi8-r", "windows-1251"),
        ("cp1251", "koi8-r"),
        ("big5", "gbk"),
    ],
)
def test_declaration_of_another_encoding_is_not_believed(written: str, declared: str) -> None:
    text = next(text for encoding, text in TEXTS if encoding == written)

    assert decode(f"<t>{text}</t>".encode(written), f"text/xml; charset={declared}") == f"<t>{text}</t>"


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_declaration_of_the_right_encoding_is_believed(encoding: str, text: str) -> None:
    assert decode(f"<t>{text}</t>".encode(encoding), f"text/xml; charset={encoding}") == f"<t>{text}</t>"


@pytest.mark.parametrize("kind", ["utf-16-le", "utf-16-be"])
def test_json_in_utf_16_is_known_without_its_mark(kind: str) -> None:
    assert decode('{"title": "橋"}'.encode(kind), None) == '{"title": "橋"}'


@given(st.binary(max_size=300))
def test_any_bytes_are_guessed_or_not(body: bytes) -> None:
    found = guessed(body)

    assert found is None or isinstance(found, str)
    assert score("cp932", body.decode("cp932", "replace")) < 1.5
