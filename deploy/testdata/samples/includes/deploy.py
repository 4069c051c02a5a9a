from pyinfra import local
local.include("tasks/base.py")
for user in ("ada", "bob"):
    local.include("tasks/user.py", data={"user": user})
