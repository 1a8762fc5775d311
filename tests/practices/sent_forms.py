"""The members' form of a sheet, as a browser would send it."""

from typing import Any

from django.http import HttpResponse


def sent_by(response: HttpResponse) -> dict[str, Any]:
    """What a browser would send back of a page of the form, nothing changed."""
    form = response.context["form"]
    data = {"token": response.context["token"]}
    for bound in form.fields:
        value = bound.value()
        if isinstance(value, list):
            data[bound.html_name] = [getattr(one, "pk", one) for one in value]
        elif value is not None:
            data[bound.html_name] = str(getattr(value, "pk", value))
    for rows in form.row_sets.values():
        for bound in rows.management_form:
            data[bound.html_name] = bound.value() or 0
        for row in rows.forms:
            for bound in row:
                value = bound.value()
                if bound.name not in {"DELETE", "upload"} and value is not None:
                    data[bound.html_name] = value
    return data
