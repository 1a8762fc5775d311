"""The blocks from which pages without a fixed form are built."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from common.fields import RICH_TEXT_FEATURES


class FigureBlock(blocks.StructBlock):
    value = blocks.CharBlock(max_length=40, label=_("Figure"), help_text=_("With its unit: “87 %”, “2.9 billion”."))
    label = blocks.CharBlock(max_length=200, label=_("What it counts"))
    source = blocks.CharBlock(max_length=200, label=_("Source and year"))


class FiguresBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, required=False, label=_("Heading"))
    items = blocks.ListBlock(FigureBlock(), label=_("Figures"), min_num=1)

    class Meta:
        icon = "table"
        label = _("Figures with their sources")
        template = "components/blocks/figures.html"


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(
        max_length=120, label=_("Heading"), icon="title", template="components/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(
        features=RICH_TEXT_FEATURES, label=_("Text"), icon="pilcrow", template="components/blocks/paragraph.html"
    )
    figures = FiguresBlock()
