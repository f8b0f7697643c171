"""The forms of people: who a patient is. Nothing clinical is asked here."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dayspring.clinic.people import clock
from dayspring.clinic.people.models import Person


class SignIn(LoginForm):
    """Name and password. A forgotten password is a matter for the manager, not for a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name or email")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PersonForm(forms.ModelForm):
    """A new person. A second one with the same name and birth date is asked about, not made silently."""

    birth_date = forms.DateField(
        label=gettext_lazy("Born"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"})
    )
    another = forms.BooleanField(
        label=gettext_lazy("This is another person"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Person
        fields = ("name", "preferred_name", "birth_date", "phone")
        labels = {
            "name": gettext_lazy("Full name"),
            "preferred_name": gettext_lazy("Called"),
            "phone": gettext_lazy("Phone"),
        }

    def __init__(self, posted: QueryDict | None = None) -> None:
        super().__init__(posted)
        for name in ("name", "preferred_name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise forms.ValidationError(_("A name is needed."))
        return name

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        today = timezone.localdate(clock.now())
        if born > today:
            raise forms.ValidationError(
                _("%(born)s lies after today, %(today)s.") % {"born": born, "today": today}
            )
        return born

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        name, born = cleaned.get("name"), cleaned.get("birth_date")
        same = Person.objects.filter(name__iexact=name, birth_date=born).first() if name and born else None
        if same and not cleaned.get("another"):
            self.fields["another"].widget = forms.CheckboxInput()
            self.add_error(
                "another",
                _("Record %(record)s has this name and this birth date. Tick only if this is another person.")
                % {"record": same.record_number},
            )
        return cleaned
