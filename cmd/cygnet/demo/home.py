"""What `cygnet demo` runs on machines that are folders, with no need of rights."""

from pyinfra.operations import files, server

COURSE = "cygnet-demo"  # in the home of each machine

files.directory(name="Folder of the course", path=f"{COURSE}/week1", mode=750)

for number, task in enumerate(["read the manual", "write a parser", "feed the ducklings"], start=1):
    files.line(name=f"Task {number}", path=f"{COURSE}/week1/tasks.txt", line=f"{number}. {task}")

files.link(name="This week's folder", path=f"{COURSE}/now", target="week1")

server.shell(
    name="Count the tasks",
    commands=[f"wc -l < {COURSE}/now/tasks.txt"],
    _retries=2,
)
