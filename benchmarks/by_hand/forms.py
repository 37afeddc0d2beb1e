"""附件 2 by hand: three WTForms forms, one for each step."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    Form,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from .constants import CATEGORIES, UNITS

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PHONE = re.compile(r"1\d{10}|(0\d{2,3})?\d{7,8}|400\d{7}|\d{5,6}")


def _trim(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _clean(form: Form, field: Any) -> None:
    if field.data and _UNSEEN.search(field.data):
        raise ValidationError("含有看不见的字符")


def _phone(form: Form, field: Any) -> None:
    if not _PHONE.fullmatch(re.sub(r"[\s()（）－-]", "", field.data)):
        raise ValidationError("不是电话号码")


def _line(label: str, most: int, *, must: bool = False, **more: Any) -> StringField:
    first = InputRequired(f"请填写{label}") if must else Optional()
    return StringField(
        label, [first, Length(max=most, message=f"最多 {most} 字"), _clean], filters=[_trim],
        render_kw={"class": "input", "autocomplete": "off", **more},
    )  # fmt: skip


def _telephone(label: str, *, must: bool = False) -> StringField:
    return StringField(
        label, [InputRequired(f"请填写{label}") if must else Optional(), _phone], filters=[_trim],
        render_kw={"class": "input", "type": "tel", "inputmode": "tel", "autocomplete": "tel"},
    )  # fmt: skip


def _text(label: str, most: int, help_: str, *, must: bool = False) -> TextAreaField:
    first = InputRequired(f"请填写{label}") if must else Optional()
    return TextAreaField(
        label, [first, Length(max=most, message=f"最多 {most} 字"), _clean], filters=[_trim], description=help_,
        render_kw={"class": "input", "rows": 4, "data-most": most},
    )  # fmt: skip


class Company(Form):
    """企业和联系人"""

    reporting_unit = _line("报送单位", 100, must=True, maxlength=100)
    company = _line("企业名称", 100, must=True, maxlength=100)
    submitted_on = DateField(
        "提交日期", [InputRequired("请填写提交日期")], default=date.today, render_kw={"class": "input input--short"}
    )
    contact_name = _line("企业联系人", 40, must=True, maxlength=40, autocomplete="name")
    contact_post = _line("职务", 40, maxlength=40)
    contact_phone = _telephone("联系电话", must=True)


class Problem(Form):
    """问题困难"""

    category = RadioField(
        "问题类别", [InputRequired("请选择问题类别")], choices=[SelectChoice(*one) for one in CATEGORIES]
    )
    units_concerned = SelectMultipleField(
        "涉及单位",
        choices=[SelectChoice(*one) for one in UNITS],
        description="如能确定涉及单位，请填写",
        render_kw={"class": "input", "data-picker": True},
    )
    problem = _text("问题困难", 5000, "提出的问题困难尽可能详细、有效，可另行附页和提交相关佐证材料", must=True)
    remark = _text("备注", 3000, "前期问题困难反映情况及初步结果")
    evidence = SelectMultipleField("附页和佐证材料", validate_choice=False)


class Meeting(Form):
    """参加工作会议人员"""

    attendee_name = _line("参加工作会议人员", 40, maxlength=40, autocomplete="name")
    attendee_post = _line("单位和职务", 80, maxlength=80)
    attendee_phone = _telephone("联系电话")

    def validate(self, extra_validators: Any = None) -> bool:
        """Post and telephone only of somebody who is named, and then both."""
        if not self.attendee_name.data:
            self.attendee_post.data = self.attendee_phone.data = ""
            return super().validate(extra_validators)
        right = super().validate(extra_validators)
        for field in (self.attendee_post, self.attendee_phone):
            if not field.data:
                field.errors = [*field.errors, f"请填写{field.label.text}"]
                right = False
        return right


STEPS: tuple[type[Form], ...] = (Company, Problem, Meeting)
