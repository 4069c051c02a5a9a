PACKAGES = ["redis", "redis-doc"]
