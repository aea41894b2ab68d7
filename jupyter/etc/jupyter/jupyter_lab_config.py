"""Settings for a JupyterLab started from this project's environment; installed into it together with the package.

On a machine without a Chinese font a browser shows hanzi as boxes. So JupyterLab is given the font of the figures. What
it would write into a notebook of the collection because it was opened (versions, a fold that a reader has opened) is
left out when it saves, so that looking changes nothing. Beside this file, `labconfig/` turns off its news.
"""

from pathlib import Path

import budgetbook
from budgetbook.show.collection import normalise


def keep_normal(model, path, contents_manager, **_):
    """Save a notebook of the collection, which has its words in a folder beside it, in its normal form."""
    folder = (Path(contents_manager.root_dir) / path.strip("/")).parent
    if model["type"] == "notebook" and (folder / "words").is_dir():
        normalise(model["content"])


c = get_config()  # noqa: F821  (JupyterLab provides it)
c.LabApp.custom_css = True
c.ServerApp.tornado_settings = {"static_custom_path": [str(Path(budgetbook.__file__).parent / "show" / "fonts")]}
c.FileContentsManager.pre_save_hook = keep_normal
