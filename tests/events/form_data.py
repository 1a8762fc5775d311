"""What a browser would send from a form as it is shown."""

from datetime import date, time
from typing import Any

from django import forms


def form_data(form: forms.BaseForm) -> dict[str, Any]:
    """Names and values of every field of an unbound form, as text."""
    data: dict[str, Any] = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if isinstance(widget, forms.MultiWidget):
            parts = zip(widget.widgets_names, widget.decompress(value), strict=True)
            data |= {f"{bound.html_name}{suffix}": part for suffix, part in parts}
        elif isinstance(widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
            data[bound.html_name] = [str(getattr(one, "pk", one)) for one in value or []]
        elif isinstance(widget, forms.CheckboxInput):
            data |= {bound.html_name: "on"} if value else {}
        else:
            data[bound.html_name] = _text(value)
    return data


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(getattr(value, "pk", value))
