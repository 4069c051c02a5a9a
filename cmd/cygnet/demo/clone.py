"""What `cygnet demo` runs where it can start whole machines: Linux, as root."""

from pyinfra.operations import apt, files, server

COURSE = "/srv/course"
TOOLS = ["toy-make", "toy-git", "toy-cmake"]

apt.packages(
    name="Tools of the course",
    packages=TOOLS,
    update=True,
    cache_time=60 * 60,
    _parallel=4,  # be kind to the package mirror
)

server.user(name="Student's account", user="student1", shell="/bin/bash", home="/home/student1", create_home=True)

files.directory(name="Folder of the course", path=f"{COURSE}/week1", user="student1", mode=750)

files.line(name="Word of the day", path="/etc/motd", line="Welcome to the course. Be a duckling, no one minds.")

files.link(name="This week's folder", path=f"{COURSE}/now", target=f"{COURSE}/week1")

server.shell(
    name="What has been installed",
    commands=[f"dpkg -s {' '.join(TOOLS)} | grep -c '^Status: install ok'"],
)
