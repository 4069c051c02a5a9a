from a import b, c as d
x = f(1, y=[2, "é" + z.w[0]])
名 = é.ü(ß)  # code points, not bytes
if x:
	tab(1)
s = f"a{x}b{y!r:>{w}}" 'c'
t = f"""
é{x}
  {y + z}
"""
r = a \
    + b
@deco(1)
def g(p, *q, r=1, **s):
    return -p if q else lambda v: v
for i, (j, k) in m: pass
