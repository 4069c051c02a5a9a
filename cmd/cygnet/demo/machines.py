# This machine, and those of your own that you add: cygnet machines.py deploy.py
machines = [
    "@local",
    # "web1.example.org",
    # ("db1", {"ssh_hostname": "192.0.2.7", "ssh_user": "admin"}),
]
