from custom import site
site("shop", port=8080)
site("blog", name="The blog")
