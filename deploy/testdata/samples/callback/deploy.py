from pyinfra import host
from pyinfra.operations import python, server
def report(result, title):
    print(title, result.stdout)
uptime = server.shell(commands=["uptime"])
python.call(name="Report", function=report, result=uptime, title="up")
