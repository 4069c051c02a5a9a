from roles import Database, Web

for role in [Web("shop"), Database("stock", size=3)]:
    role.install()
