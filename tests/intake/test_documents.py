"""Files are read as one document, a list of them, JSON lines, or folders of such files."""

import pytest

from streams.errors import UserError
from streams.intake.documents import input_files, read_documents

CALL = '{"service": "DongBoHoSoMC", "data": []}'
PRETTY = '{\n  "service": "DongBoHoSoMC",\n  "data": []\n}\n'


@pytest.fixture
def read(tmp_path):
    """Write a file and read its documents."""

    def run(text, name="calls.json"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_documents(path))

    return run


def places(documents):
    return [(document.line, document.item, document.damaged) for document in documents]


def test_a_document_over_several_lines_is_one(read):
    (document,) = read(PRETTY)
    assert document.value == {"service": "DongBoHoSoMC", "data": []}
    assert document.raw == PRETTY.encode()
    assert places([document]) == [(1, None, False)]


def test_a_list_of_documents_gives_each_with_its_place(read):
    documents = read(f"[{CALL}, {CALL}, 3]")
    assert places(documents) == [(1, 1, False), (1, 2, False), (1, 3, False)]
    assert documents[2].value == 3


@pytest.mark.parametrize("name", ["calls.json", "calls.jsonl", "calls.ndjson", "calls.txt"])
def test_json_lines_are_recognized_by_their_name_or_their_first_line(read, name):
    documents = read(f"\n{CALL}\n\n{CALL}\r\n", name)
    assert places(documents) == [(2, None, False), (4, None, False)]


@pytest.mark.parametrize("name", ["calls.json", "calls.jsonl"])
@pytest.mark.parametrize("damaged", ['{"service": ', "\xff", "x", '{"a": NaN}'])
def test_a_damaged_line_is_that_line_only_wherever_it_stands(read, name, damaged):
    bad = damaged.encode("latin-1")
    good = CALL.encode()
    for lines, expected in (
        ([good, bad, good], [False, True, False]),
        ([bad, good, good], [True, False, False]),
        ([good, good, bad], [False, False, True]),
    ):
        documents = read(b"\n".join(lines), name)
        assert [document.damaged for document in documents] == expected
        assert [document.line for document in documents] == [1, 2, 3]


def test_a_damaged_document_over_several_lines_is_one_damaged_document(read):
    (document,) = read(PRETTY[:-3])
    assert places([document]) == [(1, None, True)]


def test_a_nest_deeper_than_any_reader_follows_is_damaged(read):
    (document,) = read("[" * 100_000)
    assert document.damaged


def test_a_byte_order_mark_is_no_damage(read):
    for text in (PRETTY, f"{CALL}\n{CALL}"):
        assert not any(document.damaged for document in read(b"\xef\xbb\xbf" + text.encode()))


def test_an_empty_file_holds_one_damaged_document_and_an_empty_file_of_lines_none(read):
    assert places(read("")) == [(1, None, True)]
    assert read("", "calls.jsonl") == []


def test_folders_are_read_in_order_with_all_that_is_in_them(tmp_path):
    for name in ("b/2.jsonl", "a/1.json", "a/note.txt", "c.ndjson"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(CALL, encoding="utf-8")
    assert [path.name for path in input_files([tmp_path])] == ["1.json", "2.jsonl", "c.ndjson"]
    assert [path.name for path in input_files([tmp_path / "a" / "note.txt"])] == ["note.txt"]


@pytest.mark.parametrize(("name", "words"), [("nothing", "no such file"), ("", "no .json")])
def test_a_path_without_input_is_the_persons_mistake(tmp_path, name, words):
    with pytest.raises(UserError, match=words):
        input_files([tmp_path / name])


def test_a_file_that_cannot_be_read_is_the_persons_mistake(tmp_path):
    with pytest.raises(UserError, match="No such file"):
        list(read_documents(tmp_path / "gone.json"))
