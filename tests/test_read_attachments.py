"""Text out of attached files: each kind from a real file; what cannot be read has its reason; hostile ones."""

import io
import os
import random
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.read.attachments import Limits, Read, Worker, read_file
from index.read.attachments.numbering import chinese, spell
from index.read.attachments.parse import parse
from index.read.attachments.result import Members, UnreadableError
from index.read.attachments.sniff import Kind, sniff
from tests.attachment_files import (
    docx_of,
    merged,
    numbered_docx,
    ofd,
    packed,
    pdf,
    pdf_with_table,
    png,
    scan,
    scanned_ofd,
    xlsx,
)

FILES = Path(__file__).parent / "files"
TITLE = "云溪市促进人工智能产业发展若干措施"
FIRST = (
    "第一条 对首次通过生成式人工智能服务备案的企业，给予一次性奖励，最高不超过100万元，"
    "同一企业多个模型通过备案的不重复奖励。"
)
SECOND = "第二条 支持企业购买算力服务，按照合同实际支付金额的30%给予补贴，每家企业每年最高不超过500万元。"
PARAGRAPHS: tuple[tuple[str, int | None], ...] = (
    (TITLE, None),
    ("对通过生成式人工智能服务备案的企业，给予一次性奖励50万元。", 0),
    ("对租用算力的企业予以支持：", 0),
    ("按合同额的30%给予补贴；", 1),
    ("每家企业每年最高200万元。", 1),
    ("本措施自2026年1月1日起施行。", 0),
    ("其他事项。", 2),
)
ROWS = (("类别", "最高金额"), ("备案奖励", "100万元"))
NUMBERED = """云溪市促进人工智能产业发展若干措施
第一条 对通过生成式人工智能服务备案的企业，给予一次性奖励50万元。
第二条 对租用算力的企业予以支持：
（一）按合同额的30%给予补贴；
（二）每家企业每年最高200万元。
第三条 本措施自2026年1月1日起施行。"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as started:
        yield started


def read(worker: Worker, body: bytes, name: str = "附件", limits: Limits | None = None) -> Read:
    return read_file(body, name=name, worker=worker, limits=limits)


class TestPdf:
    def test_lines_are_joined_and_heads_and_page_numbers_left_out(self, worker: Worker) -> None:
        pages = [[FIRST, SECOND], [SECOND, FIRST], [FIRST]]
        found = read(worker, pdf(pages, head="云溪市人民政府公报"))
        assert found == Read("\n".join(text for page in pages for text in page), "pdf")

    def test_a_paragraph_goes_on_over_the_end_of_a_page(self, worker: Worker) -> None:
        full = ("对通过备案的企业给予一次性奖励" * 10)[: 26 + 28 * 2]
        body = pdf([[SECOND, full], ["\n最高不超过100万元。", SECOND]])
        assert read(worker, body).text == f"{SECOND}\n{full}最高不超过100万元。\n{SECOND}"

    def test_headings_of_annexes_at_the_top_are_no_running_heads(self, worker: Worker) -> None:
        pages = [[f"附件{number}", FIRST] for number in range(1, 5)]
        found = [f"附件{number}\n{FIRST}" for number in range(1, 5)]
        assert read(worker, pdf(pages)).text == "\n".join(found)

    def test_a_page_with_its_number_only_is_empty(self, worker: Worker) -> None:
        told: list[str] = []
        found = read_file(pdf([[FIRST], []]), name="a.pdf", worker=worker, progress=told.append)
        assert found == Read(FIRST, "pdf")
        assert [line for line in told if "图像识别" in line] == []

    def test_rows_of_a_table_are_lines_in_their_place(self, worker: Worker) -> None:
        found = read(worker, pdf_with_table("一、奖励标准如下", ROWS, "二、本措施由云溪市财政局负责解释。"))
        assert found.text == "一、奖励标准如下\n类别\t最高金额\n备案奖励\t100万元\n二、本措施由云溪市财政局负责解释。"

    def test_an_encrypted_file_says_so(self, worker: Worker) -> None:
        assert read(worker, pdf([[FIRST]], password="secret")) == Read(None, None, "文件加密，无法读取")

    def test_pages_over_the_limit_are_said(self, worker: Worker) -> None:
        found = read(worker, pdf([[FIRST]] * 4), limits=Limits(pages=2))
        assert found == Read(f"{FIRST}\n{FIRST}", "pdf", "PDF 共 4 页，只读前 2 页")


class TestOcr:
    LINES = (
        "第三条　对通过备案的企业，最高给予100万元奖励。",
        "第四条　购买算力的，按30%补贴，上限500万元。",
        "第五条　登记的应用，每个奖励20万元。",
    )
    EXPECTED = ("最高给予100万元奖励", "按30%补贴", "上限500万元", "每个奖励20万元")

    def test_a_scan_is_recognised_and_its_amounts_are_right(self, worker: Worker) -> None:
        told: list[str] = []
        found = read_file(scan(self.LINES), name="扫描件.pdf", worker=worker, progress=told.append)
        assert (found.method, found.problem) == ("ocr", None)
        assert found.text is not None
        assert [words for words in self.EXPECTED if words not in found.text] == []
        assert len(found.text.split("\n")) == len(self.LINES)
        assert "扫描件.pdf：图像识别：第 1 页（1/1）" in told

    def test_a_damaged_layer_is_never_taken_for_text(self, worker: Worker) -> None:
        left = "，企业，一予100万。人、与，业会以中，不予上。企业一为，件与产业从个，人中不上下"
        found = read(worker, scan(self.LINES, layer=[left, left, left]))
        assert found.method == "ocr"
        assert found.text is not None
        assert [words for words in self.EXPECTED if words not in found.text] == []
        assert "人、与" not in found.text

    def test_a_layer_of_figures_alone_is_held_against_the_image(self, worker: Worker) -> None:
        found = read(worker, scan(self.LINES, layer=["100", "30% 500", "20"]))
        assert found.method == "ocr"
        assert found.text is not None
        assert "每个奖励20万元" in found.text

    def test_a_scanner_s_mark_on_a_scan_is_not_its_text(self, worker: Worker) -> None:
        found = read(worker, scan(self.LINES, layer=["由扫描软件创建"]))
        assert found.method == "ocr"
        assert "每个奖励20万元" in (found.text or "")

    def test_a_genuine_page_of_figures_keeps_its_layer(self, worker: Worker) -> None:
        rows = [("2024", "120.5"), ("2025", "98.25")]
        found = read(worker, pdf_with_table("Table 1", rows, "2026"))
        assert found == Read("Table 1\n2024\t120.5\n2025\t98.25\n2026", "pdf")

    def test_pages_over_the_limit_are_said(self, worker: Worker) -> None:
        found = read(worker, scan(self.LINES[:1], pages=3), limits=Limits(ocr_pages=1))
        assert (found.method, found.problem) == ("ocr", "扫描件超过 1 页，只识别前 1 页")
        assert found.text is not None
        assert found.text.count("100万元") == 1

    def test_a_doubtful_page_that_was_not_checked_is_left_out(self, worker: Worker) -> None:
        found = read(worker, scan(self.LINES, layer=["100", "30% 500", "20"]), limits=Limits(ocr_pages=0))
        assert found == Read(None, None, "扫描件超过 0 页，只识别前 0 页")

    def test_sound_pages_and_scans_are_put_together(self, worker: Worker) -> None:
        body = merged(pdf([[FIRST]]), scan(self.LINES[:1]))
        found = read(worker, body)
        assert (found.method, found.problem) == ("pdf+ocr", None)
        assert (found.text or "").startswith(FIRST)
        assert "最高给予100万元奖励" in (found.text or "")

    def test_an_image_is_recognised(self, worker: Worker) -> None:
        found = read(worker, png(self.LINES[:2]))
        assert found.method == "ocr"
        assert found.text is not None
        assert "100万元" in found.text


class TestDocx:
    def test_automatic_numbers_and_tables_are_in_the_text(self, worker: Worker) -> None:
        found = read(worker, numbered_docx(PARAGRAPHS, ROWS))
        assert found == Read(NUMBERED + "\n3.1. 其他事项。\n类别\t最高金额\n备案奖励\t100万元", "docx")

    def test_what_a_revision_deleted_is_left_out(self, worker: Worker) -> None:
        body = docx_of(
            "<w:p><w:r><w:t>最高奖励</w:t></w:r><w:del><w:r><w:delText>50</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>80</w:t></w:r></w:ins><w:r><w:t>万元，</w:t><w:br/><w:t>不重复享受。</w:t></w:r></w:p>"
        )
        assert read(worker, body).text == "最高奖励80万元，\n不重复享受。"

    def test_instructions_of_fields_are_left_out_and_boxes_read(self, worker: Worker) -> None:
        body = docx_of(
            "<w:p><w:r><w:instrText>TOC 1</w:instrText><w:t>附件目录</w:t></w:r>"
            "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>申报时间另行通知</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        )
        assert read(worker, body).text == "附件目录\n申报时间另行通知"

    def test_no_entity_is_expanded(self, worker: Worker) -> None:
        xml = (
            '<!DOCTYPE d [<!ENTITY a "哈"><!ENTITY f SYSTEM "file:///etc/passwd">]><w:document '
            'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
            "<w:t>正文&a;&f;结束</w:t></w:r></w:p></w:body></w:document>"
        )
        found = read(worker, packed({"word/document.xml": xml.encode()}))
        assert "root" not in (found.text or "")

    @pytest.mark.parametrize(
        ("number", "style", "spelled"),
        [
            (10, "chineseCounting", "十"),
            (21, "chineseCountingThousand", "二十一"),
            (105, "japaneseCounting", "一百〇五"),
            (3, "decimalEnclosedCircle", "③"),
            (28, "lowerLetter", "bb"),
            (14, "upperRoman", "XIV"),
            (2, "ideographTraditional", "乙"),
            (12, "chineseLegalSimplified", "拾贰"),
            (7, "unheardOf", "7"),
        ],
    )
    def test_numbers_in_words_formats(self, number: int, style: str, spelled: str) -> None:
        assert spell(number, style) == spelled

    def test_chinese_numbers_have_one_zero_between(self) -> None:
        assert [chinese(number) for number in (1, 10, 11, 20, 101, 110, 1001, 1010, 1111)] == [
            "一", "十", "十一", "二十", "一百〇一", "一百一十", "一千〇一", "一千〇一十", "一千一百一十一",
        ]  # fmt: skip


class TestSheets:
    def test_figures_are_read_as_the_sheet_shows_them(self, worker: Worker) -> None:
        expected = "奖励表\n类别\t比例\t金额\t日期\n算力券\t30%\t200万元\t2026-01-01\n名单\n1\t云溪智算有限公司"
        assert read(worker, xlsx()) == Read(expected, "xlsx")

    def test_an_old_workbook_reads_the_same(self, worker: Worker) -> None:
        found = read(worker, (FILES / "table.xls").read_bytes(), "表.et")
        assert found.method == "xls"
        assert found.text is not None
        assert found.text.split("\n")[:3] == ["奖励表", "类别\t比例\t金额\t日期", "算力券\t30%\t200万元\t2026-01-01"]

    def test_rows_over_the_limit_are_said(self, worker: Worker) -> None:
        found = read(worker, xlsx(), limits=Limits(rows=2))
        assert found.problem == "表格超过 2 行，只读前 2 行"


class TestLegacy:
    def test_an_old_document_keeps_numbers_and_tables(self, worker: Worker) -> None:
        found = read(worker, (FILES / "numbered.doc").read_bytes(), "办法.wps")
        assert found.method == "doc"
        assert found.problem is None
        assert found.text is not None
        assert found.text.startswith(NUMBERED)
        assert found.text.endswith("类别\t最高金额\n备案奖励\t100万元\n联系单位：云溪市工业和信息化局")

    def test_what_a_revision_deleted_is_left_out(self, worker: Worker) -> None:
        found = read(worker, (FILES / "revised.doc").read_bytes())
        assert found == Read("对通过备案的企业最高奖励80万元。\n本措施自印发之日起施行。", "doc")

    def test_an_encrypted_one_says_so(self, worker: Worker) -> None:
        body = bytearray((FILES / "numbered.doc").read_bytes())
        fib = body.index(b"\xec\xa5")
        body[fib + 0x0B] |= 0x01
        assert read(worker, bytes(body)) == Read(None, None, "文件加密，无法读取")

    def test_rtf_under_the_name_of_doc(self, worker: Worker) -> None:
        text = "".join(f"\\u{ord(sign)}?" for sign in "第一条最高奖励")
        found = read(worker, f"{{\\rtf1\\ansi {text}100\\par 30%}}".encode(), "通知.doc")
        assert found == Read("第一条最高奖励100\n30%", "rtf")


class TestOfd:
    def test_lines_of_pages_are_joined(self, worker: Worker) -> None:
        full = "　　对通过备案的企业给予一次性奖励，同一家企业最高奖励为"
        body = ofd([["　　一、奖励标准", full, "100万元。"], ["　　二、本措施自印发之日起施行。"]])
        expected = f"一、奖励标准\n{full.strip()}100万元。\n二、本措施自印发之日起施行。"
        assert read(worker, body) == Read(expected, "ofd")

    def test_pages_without_text_are_said(self, worker: Worker) -> None:
        found = read(worker, ofd([["　　一、奖励标准"], []]))
        assert found.problem == "OFD 第 2 页没有文字，也没有可识别的图片"

    def test_a_page_that_is_an_image_is_recognised(self, worker: Worker) -> None:
        found = read(worker, scanned_ofd(TestOcr.LINES))
        assert (found.method, found.problem) == ("ocr", None)
        assert [words for words in TestOcr.EXPECTED if words not in (found.text or "")] == []


class TestArchives:
    def test_each_file_is_read(self, worker: Worker) -> None:
        body = packed(
            {"通知/正文.docx": numbered_docx(PARAGRAPHS), "__MACOSX/x": b"x", "说明.txt": "说明文字".encode()}
        )
        found = read(worker, body)
        assert [(name, part.method) for name, part in found.parts] == [("通知/正文.docx", "docx"), ("说明.txt", "text")]
        assert (found.text, found.method, found.problem) == (None, "zip", None)

    def test_names_in_gb18030_are_read(self, worker: Worker) -> None:
        body = packed({"AAAA.txt": "正文".encode()}).replace(b"AAAA", "附件".encode("gb18030"))
        assert [name for name, _ in read(worker, body).parts] == ["附件.txt"]

    def test_nested_archives_end_at_the_limit(self, worker: Worker) -> None:
        body = "正文".encode()
        for depth in range(4):
            body = packed({f"{depth}.zip" if depth else "正文.txt": body})
        found = read(worker, body)
        assert found.problem == "3.zip：2.zip：压缩包嵌套超过 2 层，未读取"

    def test_a_bomb_is_not_unpacked(self, worker: Worker) -> None:
        found = read(worker, packed({"零.txt": b"0" * 50_000_000}))
        assert found.problem == "零.txt：零.txt 压缩比异常，疑为压缩炸弹，未读取"

    def test_a_bomb_that_lies_about_its_size_is_cut(self, worker: Worker) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", os.urandom(2_000_000).hex())
        found = read(worker, out.getvalue(), limits=Limits(unpacked=1_000_000))
        assert found.text is None
        assert "未读取" in (found.problem or "")

    def test_a_bomb_in_a_document_is_not_unpacked(self, worker: Worker) -> None:
        found = read(worker, packed({"word/document.xml": b" " * 50_000_000}))
        assert found.problem == "word/document.xml 压缩比异常，疑为压缩炸弹，未读取"

    def test_too_many_members_are_said(self, worker: Worker) -> None:
        body = packed({f"{number}.txt": b"x" for number in range(5)})
        assert read(worker, body, limits=Limits(members=4)).problem == "压缩包内文件超过 4 个，未读取"

    def test_archives_that_cannot_be_unpacked_are_named(self, worker: Worker) -> None:
        assert read(worker, b"Rar!\x1a\x07\x01\x00" + bytes(50)).problem == "RAR 压缩包，无法解压，请下载后查看"


class TestOthers:
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
    def test_plain_text(self, worker: Worker, encoding: str) -> None:
        assert read(worker, f"{FIRST}\r\n{SECOND}".encode(encoding)) == Read(f"{FIRST}\n{SECOND}", "text")

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"", "空文件"),
            (b"<!DOCTYPE html><html><body>404</body></html>", "附件是网页（HTML/XML），不是文档文件"),
            (packed({"ppt/presentation.xml": b"<p/>"}), "演示文稿（PPTX），暂不支持"),
            (b"\x00\x01\x02\x03" * 20, "未知的文件格式，无法读取"),
            (docx_of("<w:p/>"), "文件中没有文字"),
            (b"Rar!\x1a\x07\x01\x00" + bytes(9), "RAR 压缩包，无法解压，请下载后查看"),
            (
                docx_of("<w:p><w:r><w:t>" + "\ufffd\ufffd奖" * 30 + "</w:t></w:r></w:p>"),
                "文字层损坏（多数文字丢失或乱码），未采用",
            ),
        ],
    )
    def test_the_reason_is_said(self, worker: Worker, body: bytes, reason: str) -> None:
        found = read(worker, body)
        assert (found.text, found.problem) == (None, reason)

    def test_the_kind_is_told_by_the_bytes_and_not_by_the_name(self, worker: Worker) -> None:
        assert read(worker, numbered_docx(PARAGRAPHS), "文件.pdf").method == "docx"


SAMPLES = {
    "pdf": pdf([[FIRST, SECOND]]),
    "docx": numbered_docx(PARAGRAPHS, ROWS),
    "xlsx": xlsx(),
    "ofd": ofd([["　　一、奖励标准"]]),
    "doc": (FILES / "numbered.doc").read_bytes(),
    "xls": (FILES / "table.xls").read_bytes(),
    "zip": packed({"a.txt": b"a"}),
}


def test_lost_characters_are_said(worker: Worker) -> None:
    found = read(worker, f"{SECOND}\n最高\ufffd万元".encode())
    assert found.problem == "文中有丢失的字符（�），请核对原件"
    assert found.text is not None


class TestHostile:
    @pytest.mark.parametrize("kind", sorted(SAMPLES))
    def test_truncated_files_give_a_result(self, worker: Worker, kind: str) -> None:
        body = SAMPLES[kind]
        for share in (0.1, 0.5, 0.9, 0.99):
            found = read(worker, body[: int(len(body) * share)])
            assert found.text is not None or found.problem
        assert read(worker, body).problem is None

    @pytest.mark.parametrize("kind", sorted(SAMPLES))
    def test_files_with_wrong_bytes_give_a_result(self, worker: Worker, kind: str) -> None:
        chance = random.Random(kind)  # noqa: S311 - the same files in each run
        for _ in range(10):
            body = bytearray(SAMPLES[kind])
            for _ in range(max(8, len(body) // 500)):
                body[chance.randrange(len(body))] = chance.randrange(256)
            found = read(worker, bytes(body), limits=Limits(ocr_pages=0))
            assert found.text is not None or found.problem or found.parts

    @given(
        st.binary(max_size=2000), st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf1", b"\x89PNG\r\n\x1a\n"])
    )
    @example(bytes(600), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_random_bytes_give_a_result(self, worker: Worker, tail: bytes, magic: bytes) -> None:
        found = read(worker, magic + tail)
        assert found.text is not None or found.problem

    @given(st.binary(max_size=500))
    def test_sniffing_ends_in_a_kind_or_a_reason(self, body: bytes) -> None:
        with suppress(UnreadableError):
            assert sniff(body) in Kind

    def test_what_is_unfit_for_a_parser_is_no_traceback(self, worker: Worker) -> None:
        deep = docx_of("<w:sdt>" * 5000 + "</w:sdt>" * 5000)
        assert read(worker, deep).problem

    def test_an_archive_is_parsed_to_its_members(self) -> None:
        found = parse(packed({"a.txt": b"a"}), Limits())
        assert found == Members((("a.txt", b"a"),))

    def test_a_file_that_takes_too_long_is_said(self) -> None:
        with Worker(Limits(seconds=0, seconds_in_all=0)) as worker:
            assert read_file(SAMPLES["pdf"], name="a", worker=worker) == Read(None, None, "读取超时，已中止")

    def test_a_file_can_be_read_without_a_worker_at_hand(self) -> None:
        assert read_file("正文".encode(), name="a.txt") == Read("正文", "text")
