"""What the scheme says, typed in."""

from __future__ import annotations

TITLE = "顺德区民营企业项目联络协作"
FORM = "民营企业反映问题情况表"
ISSUER = "中共佛山市顺德区委办公室、佛山市顺德区人民政府办公室"
SOURCE = "关于创新推动民营经济高质量发展的工作方案"
TOLD = ("office_staff", "office_director")
STEP_TITLES = ("企业和联系人", "问题困难", "参加工作会议人员")
CATEGORIES = [
    ("A", "A. 项目招商引资及企业增资扩能范畴"),
    ("B", "B. 项目规划建设、企业生产经营、员工工作生活过程中碰到的问题和困难"),
    ("C", "C. 久拖未决的历史遗留问题"),
]
UNITS = [
    ("daliang", "大良街道"),
    ("ronggui", "容桂街道"),
    ("lunjiao", "伦教街道"),
    ("leliu", "勒流街道"),
    ("chencun", "陈村镇"),
    ("beijiao", "北滘镇"),
    ("lecong", "乐从镇"),
    ("longjiang", "龙江镇"),
    ("xingtan", "杏坛镇"),
    ("junan", "均安镇"),
    ("development_reform", "区发展和改革局"),
    ("education", "区教育局"),
    ("science", "区科学技术局"),
    ("economy", "区经济促进局"),
    ("investment", "区招商局"),
    ("police", "区公安局"),
    ("civil_affairs", "区民政和人力资源社会保障局"),
    ("justice", "区司法局"),
    ("housing_water", "区住房城乡建设和水利局"),
    ("transport", "区交通运输局"),
    ("agriculture", "区农业农村局"),
    ("culture", "区文化广电旅游体育局"),
    ("health", "区卫生健康局"),
    ("emergency", "区应急管理局"),
    ("state_assets", "区国有资产监督管理局"),
    ("market", "区市场监督管理局"),
    ("urban", "区城市管理和综合执法局"),
    ("natural_resources", "市自然资源局顺德分局"),
    ("ecology", "市生态环境局顺德分局"),
    ("tax", "区税务局"),
    ("federation", "区工商联"),
    ("social_insurance", "区社保基金管理局"),
    ("chamber_daliang", "大良总商会"),
    ("chamber_ronggui", "容桂总商会"),
    ("chamber_lunjiao", "伦教总商会"),
    ("chamber_leliu", "勒流总商会"),
    ("chamber_chencun", "陈村总商会"),
    ("chamber_beijiao", "北滘总商会"),
    ("chamber_lecong", "乐从总商会"),
    ("chamber_longjiang", "龙江总商会"),
    ("chamber_xingtan", "杏坛总商会"),
    ("chamber_junan", "均安总商会"),
]
UNIT_TITLES = dict(UNITS)
CATEGORY_TITLES = dict(CATEGORIES)
