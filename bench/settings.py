"""The portal as it is in production, with one page type more: the bare page that it is measured against."""

from portal.settings import base
from portal.settings.base import *  # noqa: F403 -- whatever is not said below is as in production

INSTALLED_APPS = [*base.INSTALLED_APPS, "bench"]
