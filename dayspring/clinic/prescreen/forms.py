"""Who somebody is who sends their first answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dayspring.clinic.people import clock
from dayspring.clinic.prescreen.models import Sent


class SendForm(forms.ModelForm):
    """A name, a birth date and a phone: enough to call back, and no more."""

    agreed = forms.BooleanField(
        label=gettext_lazy("The clinic may keep these answers and call me about them."), required=True
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Born"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"})
    )

    class Meta:
        model = Sent
        fields = ("name", "birth_date", "phone", "words")
        labels = {
            "name": gettext_lazy("Full name"),
            "phone": gettext_lazy("Phone"),
            "words": gettext_lazy("What you want us to know (if you wish)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["agreed"].error_messages["required"] = _("Without this nothing is sent.")

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        today = timezone.localdate(clock.now())
        if born > today:
            raise forms.ValidationError(
                _("%(born)s lies after today, %(today)s.") % {"born": born, "today": today}
            )
        return born

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if not any(letter.isdigit() for letter in phone):
            raise forms.ValidationError(_("A number that we can call is needed."))
        return phone
