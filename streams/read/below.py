"""Everything below a unit, as a condition of SQL."""

from typing import Final

BELOW: Final = (
    "{0} IN (SELECT unit_code FROM bi_dim_unit WHERE unit_code = %(unit)s OR parent_code = %(unit)s"
    " OR parent_code IN (SELECT unit_code FROM bi_dim_unit WHERE parent_code = %(unit)s)"
    " UNION DISTINCT SELECT %(unit)s)"
)
"""A column of unit codes is the unit of the parameter `unit`, or stands below it by any row of the register."""
