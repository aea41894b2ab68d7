"""Settings for a JupyterLab started from this project's environment; installed into it together with the package.

On a machine without a Chinese font a browser shows hanzi as boxes. So JupyterLab is given the font of the figures.
"""

from pathlib import Path

import budgetbook

c = get_config()  # noqa: F821  (JupyterLab provides it)
c.LabApp.custom_css = True
c.ServerApp.tornado_settings = {"static_custom_path": [str(Path(budgetbook.__file__).parent / "show" / "fonts")]}
