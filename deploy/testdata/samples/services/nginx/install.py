from pyinfra.api import deploy
from pyinfra.operations import apt
from . import settings

@deploy("Install nginx", data_defaults={"version": "1"})
def install():
    apt.packages(packages=settings.PACKAGES, _sudo=True)
