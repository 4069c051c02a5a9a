PACKAGES = ["nginx", "nginx-doc"]
