from wagtail.snippets.models import register_snippet

from portal.vocabulary_admin import ConceptViewSet

register_snippet(ConceptViewSet)
