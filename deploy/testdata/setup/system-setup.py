# system-setup.py
from pyinfra.operations import apt, server

SYSTEM_PACKAGES = ["make", "git", "cmake", "curl"]
OPAM_SWITCH = "5.2.0"

apt.packages(
    name="Ensure essential system packages are installed",
    packages=SYSTEM_PACKAGES,
    update=True,
    cache_time=60 * 60 * 24,  # update every 24 hours
    _parallel=4,  # try not to DDOS the apt repository
)

server.user(name="Student's account", user="student1", shell="/bin/bash", home="/home/student1", create_home=True)

server.shell(
    name="install ocaml packages",
    commands=[
        f'opam install -y utop dune llvm --switch {OPAM_SWITCH}',
    ],
    _timeout=60 * 60,  # an hour
    _env={'OPAMYES': '1', 'OPAMSWITCH': OPAM_SWITCH},
)
