"""Files searched for formulas that differ from the definitions."""

from leadline.audit.scan.findings import Finding, Result
from leadline.audit.scan.scanner import Scanner

__all__ = ["Finding", "Result", "Scanner"]
