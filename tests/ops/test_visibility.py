"""When a batch is visible in the ranking."""

from streams.ops.visibility import VisibilityBook


def test_a_batch_is_visible_when_every_partition_of_units_is_stored_as_of_a_later_moment():
    book = VisibilityBook()
    book.note_stored(0, 9.0, 9.5)
    book.note_stored(1, 9.0, 9.5)
    book.note_done(10.0, 10.4)
    assert book.note_stored(0, 11.0, 11.5) == []
    assert book.note_stored(1, 11.0, 12.0) == [2.0]
    assert book.note_stored(1, 12.0, 13.0) == []


def test_scores_as_of_a_moment_before_the_batch_was_done_do_not_show_it():
    book = VisibilityBook()
    book.note_done(10.0, 10.4)
    assert book.note_stored(0, 10.0, 10.9) == []


def test_what_was_given_up_is_not_counted_and_not_waited_for():
    book = VisibilityBook()
    book.note_stored(0, 5.0, 5.0)
    book.note_done(10.0, 10.4)
    book.forget()
    assert book.note_stored(1, 11.0, 11.5) == []
    book.note_done(12.0, 12.1)
    assert book.note_stored(1, 13.0, 13.5) == [1.5]
