# machines.py
machines = [
    "10.99.0.11",
    ("vm2", {"ssh_hostname": "10.99.0.12", "ssh_port": 22}),
]
