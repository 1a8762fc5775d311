from search import checks
from search.sources import BY_MODEL_LABEL, EXCLUDED


def test_every_page_type_is_indexed_or_excluded_with_a_reason():
    assert checks.every_page_type_is_indexed_or_excluded() == []
    assert all(len(reason) > 10 for reason in EXCLUDED.values())


def test_page_type_that_nobody_thought_of_is_an_error(monkeypatch):
    monkeypatch.delitem(BY_MODEL_LABEL, "events.eventpage")
    errors = checks.every_page_type_is_indexed_or_excluded()
    assert [(error.id, error.msg) for error in errors] == [
        ("search.E001", "events.EventPage is neither indexed for search nor excluded from it.")
    ]
