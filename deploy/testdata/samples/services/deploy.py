from nginx import install as nginx
from redis import install as redis
nginx()
redis(_sudo_user="redis")
