"""Files of posts are told by their content, kept while a form comes back, and handed out to the readers of the post."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from discussions.actions.attachments import drop_unsent_files, keep_files
from discussions.attachments import MOST_A_POST, check_attachment
from discussions.models import Post, PostAttachment
from groups.actions import set_membership
from tests.factories import ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db

CONTENT = b"Some notes."


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"])


def text_file(name="notes.txt", content=CONTENT):
    return SimpleUploadedFile(name, content)


def picture():
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return SimpleUploadedFile("lamp.png", file.getvalue())


def reply(client, thread, *files, **fields):
    data = {"text": "With a file.", "language": "en", "attachments": list(files), **fields}
    return client.post(f"/en/discussions/{thread.pk}/", data)


def fetch(client, file):
    """The status of the answer, and what it hands out."""
    response = client.get(f"/en/discussions/attachments/{file.pk}/")
    content = b"".join(response.streaming_content) if response.streaming else None
    response.close()
    return response.status_code, content


def sent_by(user, **fields):
    [attachment] = keep_files(files=[check_attachment(text_file())], by=user)
    PostAttachment.objects.filter(pk=attachment.pk).update(**fields)
    attachment.refresh_from_db()
    return attachment


def test_files_come_with_their_post(client_as, thread):
    assert reply(client_as("member"), thread, text_file(), picture()).status_code == 302
    post = Post.objects.latest("pk")
    files = [(file.title, file.extension, file.size > 0) for file in post.attachments.all()]
    assert files == [("notes", "txt", True), ("lamp", "png", True)]


def test_files_come_with_a_new_thread(client_as, group):
    data = {"title": "Lamps", "text": "See", "language": "en", "attachments": [text_file()]}
    client_as("member").post(f"/en/discussions/new/{group.pk}/", data)
    assert [file.title for file in Post.objects.get().attachments.all()] == ["notes"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (("page.html", b"<html>"), "page.html: This is none of the kinds of files"),
        (("empty.txt", b""), "is empty"),
        (("lamp.png", b"\x89PNG\r\n\x1a\nnothing"), "lamp.png: This is not a JPEG, PNG or WebP picture"),
        (("lamp.jpg", b"no picture"), "lamp.jpg: This is not a JPEG, PNG or WebP picture"),
        (("program.pdf", b"MZ\x90\x00"), "program.pdf: This is none of the kinds of files"),
        (("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "drawing.svg: This is none of the kinds"),
    ],
)
def test_file_that_cannot_be_sent_is_named_and_the_others_are_kept(client_as, thread, file, message):
    response = reply(client_as("member"), thread, text_file(), SimpleUploadedFile(*file))
    page = response.content.decode()
    assert (response.status_code, thread.posts.count(), message in page) == (422, 1, True)
    assert [kept.title for kept in response.context["form"].kept_files] == ["notes"]
    assert "With a file." in page


@pytest.mark.parametrize("fields", [{"text": ""}, {"preview": "1"}])
def test_files_of_a_form_that_comes_back_are_sent_with_it_the_next_time(client_as, thread, fields):
    client = client_as("member")
    first = reply(client, thread, text_file(), **fields)
    [kept] = first.context["form"].kept_files
    second = reply(client, thread, text_file("more.txt"), kept=[kept.pk], **fields)
    numbers = [file.pk for file in second.context["form"].kept_files]
    assert reply(client, thread, kept=numbers).status_code == 302
    assert [file.title for file in Post.objects.latest("pk").attachments.all()] == ["notes", "more"]


def test_kept_file_that_was_unticked_is_not_sent(client_as, thread):
    client = client_as("member")
    reply(client, thread, text_file(), preview="1")
    reply(client, thread)
    assert Post.objects.latest("pk").attachments.count() == 0


def test_nobody_sends_the_unsent_file_of_somebody_else(client_as, thread, people):
    foreign = sent_by(people["coordinator"])
    assert reply(client_as("member"), thread, kept=[foreign.pk]).status_code == 422
    foreign.refresh_from_db()
    assert foreign.post is None


def test_nobody_takes_a_file_from_a_post_that_has_it(client_as, thread, people):
    first = thread.posts.get()
    mine = sent_by(people["member"], post=first)
    assert reply(client_as("member"), thread, kept=[mine.pk]).status_code == 422
    assert list(first.attachments.all()) == [mine]


def test_too_many_files_are_refused_and_kept(client_as, thread):
    files = [text_file(f"{number}.txt") for number in range(MOST_A_POST + 1)]
    response = reply(client_as("member"), thread, *files)
    assert (response.status_code, f"At most {MOST_A_POST} files" in response.content.decode()) == (422, True)
    assert len(response.context["form"].kept_files) == MOST_A_POST + 1


# ---------------------------------------------------------------- handing out


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("stranger", 404), ("administrator", 404), ("member", 200), ("coordinator", 200)],
)
def test_file_is_for_the_readers_of_its_post(client_as, thread, people, who, status):
    file = sent_by(people["coordinator"], post=thread.posts.get())
    assert fetch(client_as(who), file) == (status, CONTENT if status == 200 else None)


def test_file_is_handed_out_to_be_saved_under_its_title(client_as, thread, people):
    file = sent_by(people["coordinator"], post=thread.posts.get(), title="Notes of “May”")
    response = client_as("member").get(f"/en/discussions/attachments/{file.pk}/")
    response.close()
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Notes%20of%20%E2%80%9CMay%E2%80%9D.txt"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 302), ("stranger", 404), ("coordinator", 404), ("member", 200)]
)
def test_unsent_file_is_for_its_sender(client_as, people, who, status):
    file = sent_by(people["member"])
    assert fetch(client_as(who), file) == (status, CONTENT if status == 200 else None)


@pytest.mark.parametrize("state", ["hidden_at", "withdrawn_at"])
@pytest.mark.parametrize(("who", "status"), [("another", 404), ("member", 200), ("coordinator", 200)])
def test_file_of_a_post_that_does_not_stand_is_for_its_author_and_coordinators(
    client_as, group, thread, people, state, who, status
):
    people["another"] = UserFactory()
    set_membership(group=group, user=people["another"], role="member")
    post = thread.posts.get()
    file = sent_by(people["member"], post=post)
    Post.objects.filter(pk=post.pk).update(author=people["member"], **{state: post.created_at})
    assert fetch(client_as(who), file) == (status, CONTENT if status == 200 else None)


def test_file_that_is_gone_from_the_disk_is_not_found(client_as, people):
    file = sent_by(people["member"])
    file.file.storage.delete(file.file.name)
    assert fetch(client_as("member"), file) == (404, None)


# ---------------------------------------------------------------- letting go


def test_files_of_forms_that_nobody_finished_are_dropped_from_table_and_disk(
    people, thread, django_capture_on_commit_callbacks
):
    old, new, sent = (sent_by(people["member"]) for _number in range(3))
    long_ago = new.created_at - timedelta(days=3)
    PostAttachment.objects.filter(pk__in=[old.pk, sent.pk]).update(created_at=long_ago)
    PostAttachment.objects.filter(pk=sent.pk).update(post=thread.posts.get())
    with django_capture_on_commit_callbacks(execute=True):
        assert drop_unsent_files() == 1
    there = [file.file.storage.exists(file.file.name) for file in (old, new, sent)]
    assert (set(PostAttachment.objects.all()), there) == ({new, sent}, [False, True, True])


def test_file_goes_with_its_thread(people, thread, django_capture_on_commit_callbacks):
    file = sent_by(people["member"], post=thread.posts.get())
    with django_capture_on_commit_callbacks(execute=True):
        thread.delete()
    assert file.file.storage.exists(file.file.name) is False


def test_one_person_keeps_only_so_many_unsent_files(people, monkeypatch):
    monkeypatch.setattr("discussions.actions.attachments.MOST_UNSENT", 2)
    first, second, third = (sent_by(people["member"]) for _number in range(3))
    assert set(PostAttachment.objects.all()) == {second, third}
    assert first.pk < second.pk
