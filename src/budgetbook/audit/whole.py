"""All that the project has to say of one disclosure."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from budgetbook.audit.checks import Checks
from budgetbook.audit.coverage import coverage
from budgetbook.audit.findings import findings
from budgetbook.audit.letter import asks, letter


class Audit(Checks):
    """Everything the project has to say of one disclosure: checks, implied figures, guards, coverage, findings."""

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """How the disclosure stands to each rule that was in force for its year; see `coverage`."""
        return coverage(self.disclosure)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row a finding, heaviest first; see `findings`."""
        return findings(self)

    @cached_property
    def asks(self) -> pd.DataFrame:
        """One row a requirement that is not in the text or cannot be told from it; see `asks`."""
        return asks(self)

    def letter(self, language: str = "zh") -> str:
        """A letter to the department that asks what its text leaves open; see `letter`."""
        return letter(self, language)
