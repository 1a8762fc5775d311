import json

from bench.languages import main, pieces_of


def write(folder, kind, language, *texts):
    lines = [json.dumps({"text": text}) for text in texts]
    (folder / f"{kind}.set.{language}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_share_that_is_found_out_is_told_by_language_and_length(tmp_path, capsys):
    write(tmp_path, "corpus", "nl", "De fiets staat nog steeds voor de deur van het stadhuis")
    write(tmp_path, "corpus", "pool", "La bicicletta è ancora davanti alla porta")
    # One of these two is not what its file says.
    write(tmp_path, "queries", "nl", "Wie heeft de fiets gezien?", "Chi ha visto la bicicletta davanti alla porta?")
    assert main([str(tmp_path)]) == 0
    rows = [row.split() for row in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["nl", "mean", "asked", "ms", "each"]
    assert [row[:-1] for row in rows[1:]] == [
        ["4", "words", "100.0%", "100.0%", "4"],
        ["8", "words", "100.0%", "100.0%", "4"],
        ["16", "words", "100.0%", "100.0%", "1"],
        ["questions", "50.0%", "50.0%", "2"],
    ]


def test_folder_without_questions_is_refused(tmp_path, capsys):
    write(tmp_path, "corpus", "nl", "De fiets")
    assert main([str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_pieces_come_from_all_over_the_text_and_none_twice():
    assert pieces_of(["a b c d e f g"], 4) == ["a b c d", "b c d e", "c d e f", "d e f g"]
    assert pieces_of(["a b"], 4) == ["a b"]
