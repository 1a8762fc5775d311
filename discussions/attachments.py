"""Files of posts: what may be sent, and who may fetch it."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from common.uploads import Checked, check_document, check_picture
from discussions.models import Post, PostAttachment
from discussions.permissions import moderates
from groups.permissions import Reader, is_network_member

MOST_A_POST = 10
_PICTURE_NAMES = (".jpg", ".jpeg", ".png", ".webp")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def check_attachment(file: UploadedFile) -> Checked:
    """Pictures and documents, told by their content. Raises ValidationError with a sentence for whoever sent it."""
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    # What calls itself a picture and is none is told so.
    is_picture = head.startswith(_PICTURES) or PurePath(file.name or "").suffix.lower() in _PICTURE_NAMES
    return check_picture(file) if is_picture else check_document(file)


def unsent_of(user: Reader) -> Q:
    """The condition under which a file came with a form of ``user`` that is not finished."""
    return Q(post=None, uploaded_by=user.pk) if is_network_member(user) else Q(pk__in=[])


def get_attachment(user: Reader, pk: int) -> PostAttachment:
    """The file, for whoever may see the post that it belongs to. Those of posts that do not stand are for their
    authors and for those who look after the thread. Raises Http404 to everybody else."""
    visible = Q(post__in=Post.objects.visible_to(user))
    attachments = PostAttachment.objects.select_related("post__thread__group")
    attachment = attachments.filter(visible | unsent_of(user), pk=pk).first()
    if attachment is None:
        raise Http404
    post = attachment.post
    if post and not post.is_standing and post.author_id != user.pk and not moderates(user, post.thread):
        raise Http404
    return attachment


def check_number(number: int) -> None:
    """Raises ValidationError where these are too many for one post."""
    if number > MOST_A_POST:
        raise ValidationError(_("At most %(number)d files can be sent with one post.") % {"number": MOST_A_POST})
