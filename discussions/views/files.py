"""Handing out the files of posts."""

from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.views.decorators.cache import never_cache

from discussions.attachments import get_attachment
from members.requests import MemberRequest


@never_cache
@login_required
def attachment(request: MemberRequest, pk: int) -> FileResponse:
    """The file, under its title, to be saved: browsers do not open it within the portal."""
    found = get_attachment(request.user, pk)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{Path(found.title).name or 'file'}.{found.extension}"
    return FileResponse(content, as_attachment=True, filename=name)
