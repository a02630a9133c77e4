"""What a difference comes to on real data: formulas or queries run on a database that is only read."""

from leadline.audit.measured.database import Database
from leadline.audit.measured.difference import Measurer
from leadline.audit.measured.two import TwoResults, two_results

__all__ = ["Database", "Measurer", "TwoResults", "two_results"]
