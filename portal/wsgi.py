"""The application, loaded once before the web server's processes part: what they only read, they share."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")

application = get_wsgi_application()

from django.db import connections  # noqa: E402 -- needs the settings

from search.engines import get_engine  # noqa: E402

get_engine().prepare()
# A connection must not be shared.
connections.close_all()
