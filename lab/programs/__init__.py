"""The lab's toolchain: every program it runs, found or installed in the pinned version.

Owns where a program comes from (PATH, the cache, its official release, a build) and that what is
handed out is whole and of the right version. Not here: the versions (`lab.versions`), Python
packages (requirements), Pulumi's plugins (`lab.plugins.install`) and running anything.
"""

from lab.programs.installed import Installed, Origin

__all__ = ["Installed", "Origin"]
