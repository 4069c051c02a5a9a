package library

import (
	"math/big"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// An ipNetwork is an IPv4Network or IPv6Network.
type ipNetwork struct {
	fixed
	prefix netip.Prefix // masked
}

var (
	_ starlark.HasAttrs   = ipNetwork{}
	_ starlark.Comparable = ipNetwork{}
	_ starlark.Container  = ipNetwork{}
	_ starlark.Mapping    = ipNetwork{}
	_ builtin.Texter      = ipNetwork{}
	_ builtin.Classed     = ipNetwork{}
	_ constantValue       = ipNetwork{}
)

func networkOf(a netip.Addr, length int) ipNetwork {
	return ipNetwork{prefix: netip.PrefixFrom(a.WithZone(""), length).Masked()}
}

func (n ipNetwork) Str() string           { return n.prefix.String() }
func (n ipNetwork) String() string        { return n.Type() + "('" + n.Str() + "')" }
func (n ipNetwork) Type() string          { return n.PyClass().Name() }
func (n ipNetwork) Hash() (uint32, error) { return starlark.String(n.Str()).Hash() }

// PyClass implements builtin.Classed.
func (n ipNetwork) PyClass() *builtin.Class { return networkClasses[versionIndex(n.prefix.Addr())] }

// CompareSameType implements starlark.Comparable.
func (n ipNetwork) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	m := y.(ipNetwork)
	if op != syntax.EQL && op != syntax.NEQ && n.prefix.Addr().Is4() != m.prefix.Addr().Is4() {
		return false, builtin.Raise(builtin.TypeError, "%s and %s are not of the same version", n.Str(), m.Str())
	}
	order := n.prefix.Addr().Compare(m.prefix.Addr())
	if order == 0 {
		order = n.prefix.Bits() - m.prefix.Bits()
	}
	return threeway(op, order), nil
}

// splitMask splits "address/prefix length or mask"; length is -1 if there is
// none.
func splitMask(text string, version int) (a netip.Addr, length int, err error) {
	address, mask, found := strings.Cut(text, "/")
	if a, err = parseAddr(address, version); err != nil || !found {
		return a, -1, err
	}
	if n, err := strconv.Atoi(mask); err == nil && mask[0] != '+' && mask[0] != '-' {
		if n <= a.BitLen() {
			return a, n, nil
		}
	} else if m, err := netip.ParseAddr(mask); err == nil && m.Is4() && a.Is4() {
		b := m.As4()
		value := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		if ones := bits.LeadingZeros32(^value); value<<ones == 0 {
			return a, ones, nil
		}
		if zeros := bits.LeadingZeros32(value); ^value<<zeros == 0 { // a mask of hosts
			return a, zeros, nil
		}
	}
	return a, 0, builtin.Raise(netmaskValueError, "%s is not a valid netmask", builtin.Repr(starlark.String(mask)))
}

// readNetwork reads what means a network or an interface; the address may have
// bits that its network does not.
func readNetwork(v starlark.Value, version int, what string) (netip.Addr, int, error) {
	var a netip.Addr
	length := -1
	var err error
	switch v := v.(type) {
	case starlark.Int, starlark.Bytes:
		a, err = addrOf(v, version)
	case ipNetwork:
		return v.prefix.Addr(), v.prefix.Bits(), nil
	case starlark.Tuple:
		if len(v) == 0 {
			return a, 0, builtin.Raise(builtin.IndexError, "tuple index out of range")
		}
		text := builtin.Str(v[0])
		if first, ok := v[0].(starlark.Int); ok {
			if a, err = addrOf(first, version); err != nil {
				return a, 0, err
			}
			text = a.String()
		}
		if len(v) > 1 {
			text += "/" + builtin.Str(v[1])
		}
		a, length, err = splitMask(text, version)
	default:
		a, length, err = splitMask(builtin.Str(v), version)
	}
	if err != nil {
		if version == 0 {
			err = builtin.Raise(builtin.ValueError, "%s does not appear to be an IPv4 or IPv6 %s", builtin.Repr(v), what)
		}
		return a, 0, err
	}
	if length < 0 {
		length = a.BitLen()
	}
	return a, length, nil
}

func newIPNetwork(c *call, version int) (starlark.Value, error) {
	var v starlark.Value
	strict := true
	if err := c.unpack("address", &v, "strict?", &strict); err != nil {
		return nil, err
	}
	a, length, err := readNetwork(v, version, "network")
	if err != nil {
		return nil, err
	}
	n := networkOf(a, length)
	if strict && n.prefix.Addr() != a.WithZone("") {
		return nil, builtin.Raise(builtin.ValueError, "%s has host bits set", builtin.Str(v))
	}
	return n, nil
}

func newIPInterface(c *call, version int) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("address", &v); err != nil {
		return nil, err
	}
	a, length, err := readNetwork(v, version, "interface")
	if err != nil {
		return nil, err
	}
	return ipAddress{addr: a, isPart: true, prefixLen: length}, nil
}

// count is how many addresses there are.
func (n ipNetwork) count() *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(n.prefix.Addr().BitLen()-n.prefix.Bits()))
}

// at is the i-th address, which must be there.
func (n ipNetwork) at(i *big.Int) ipAddress {
	a := n.prefix.Addr()
	bytes := make([]byte, a.BitLen()/8)
	new(big.Int).Add(addrInt(a), i).FillBytes(bytes)
	moved, _ := netip.AddrFromSlice(bytes)
	return ipAddress{addr: moved}
}

func (n ipNetwork) last() ipAddress { return n.at(new(big.Int).Sub(n.count(), big.NewInt(1))) }

func (n ipNetwork) hostmask() ipAddress {
	zero := n.prefix.Addr()
	first := networkOf(zero, 0).prefix.Addr()
	return ipNetwork{prefix: netip.PrefixFrom(first, n.prefix.Bits())}.last()
}

func (n ipNetwork) netmask() ipAddress {
	bytes := n.hostmask().addr.AsSlice()
	for i := range bytes {
		bytes[i] = ^bytes[i]
	}
	mask, _ := netip.AddrFromSlice(bytes)
	return ipAddress{addr: mask}
}

// Has implements starlark.Container: `address in network`.
func (n ipNetwork) Has(y starlark.Value) (bool, error) {
	a, ok := y.(ipAddress)
	return ok && n.prefix.Contains(a.addr.WithZone("")), nil
}

// Get implements starlark.Mapping: network[1], network[-1].
func (n ipNetwork) Get(k starlark.Value) (starlark.Value, bool, error) {
	index, ok := k.(starlark.Int)
	if !ok {
		return nil, false, builtin.Raise(builtin.TypeError, "network indices must be integers, not %s", builtin.TypeName(k))
	}
	i := index.BigInt()
	if i.Sign() < 0 {
		i = new(big.Int).Add(i, n.count())
	}
	if i.Sign() < 0 || i.Cmp(n.count()) >= 0 {
		return nil, false, builtin.Raise(builtin.IndexError, "address out of range")
	}
	return n.at(i), true, nil
}

// addresses walks over addresses from one place to before another.
func (n ipNetwork) addresses(c *call, from, to *big.Int) starlark.Value {
	i := new(big.Int).Set(from)
	return builtin.NewIterator(c.thread, "generator", func() (starlark.Value, error) {
		if i.Cmp(to) >= 0 {
			return nil, nil
		}
		a := n.at(i)
		i.Add(i, big.NewInt(1))
		return a, nil
	})
}

// Iterate implements starlark.Iterable: all addresses.
func (n ipNetwork) Iterate() starlark.Iterator { return &networkWalk{network: n, i: new(big.Int)} }

type networkWalk struct {
	network ipNetwork
	i       *big.Int
}

// Next implements starlark.Iterator.
func (w *networkWalk) Next(p *starlark.Value) bool {
	if w.i.Cmp(w.network.count()) >= 0 {
		return false
	}
	*p = w.network.at(w.i)
	w.i.Add(w.i, big.NewInt(1))
	return true
}

// Done implements starlark.Iterator.
func (*networkWalk) Done() {}

// hosts are the addresses that hosts may have: not the network's own, and in
// IPv4 not that of all.
func (n ipNetwork) hosts(c *call) (starlark.Value, error) {
	if err := c.unpack(); err != nil {
		return nil, err
	}
	from, to := big.NewInt(1), n.count()
	switch left := n.prefix.Addr().BitLen() - n.prefix.Bits(); {
	case left <= 1:
		from = big.NewInt(0)
	case n.prefix.Addr().Is4():
		to = new(big.Int).Sub(to, big.NewInt(1))
	}
	return n.addresses(c, from, to), nil
}

// newLength reads the arguments that say by how much a prefix changes.
func (n ipNetwork) newLength(c *call, sign int) (int, error) {
	diff := 1
	var length starlark.Value = starlark.None
	if err := c.unpack("prefixlen_diff?", &diff, "new_prefix?", &length); err != nil {
		return 0, err
	}
	to := n.prefix.Bits() + sign*diff
	if length != starlark.None {
		var err error
		if to, err = starlark.AsInt32(length); err != nil {
			return 0, builtin.Raise(builtin.TypeError, "new_prefix must be an int, not %s", builtin.TypeName(length))
		}
		if sign > 0 && to < n.prefix.Bits() {
			return 0, builtin.Raise(builtin.ValueError, "new prefix must be longer")
		}
		if sign < 0 && to > n.prefix.Bits() {
			return 0, builtin.Raise(builtin.ValueError, "new prefix must be shorter")
		}
	}
	if to > n.prefix.Addr().BitLen() {
		return 0, builtin.Raise(builtin.ValueError, "prefix length diff %d is invalid for netblock %s", to, n.Str())
	}
	if to < 0 {
		return 0, builtin.Raise(builtin.ValueError, "current prefixlen is %d, cannot have a prefixlen_diff of %d", n.prefix.Bits(), diff)
	}
	return to, nil
}

func (n ipNetwork) subnets(c *call) (starlark.Value, error) {
	length, err := n.newLength(c, 1)
	if err != nil {
		return nil, err
	}
	step := ipNetwork{prefix: netip.PrefixFrom(n.prefix.Addr(), length)}.count()
	i := new(big.Int)
	return builtin.NewIterator(c.thread, "generator", func() (starlark.Value, error) {
		if i.Cmp(n.count()) >= 0 {
			return nil, nil
		}
		sub := networkOf(n.at(i).addr, length)
		i.Add(i, step)
		return sub, nil
	}), nil
}

func (n ipNetwork) supernet(c *call) (starlark.Value, error) {
	length, err := n.newLength(c, -1)
	if err != nil {
		return nil, err
	}
	return networkOf(n.prefix.Addr(), length), nil
}

// relation makes a method that compares with another network.
func relation(name string, holds func(a, b netip.Prefix) bool) func(ipNetwork) (starlark.Value, error) {
	return bound(name, func(n ipNetwork, c *call) (starlark.Value, error) {
		var other starlark.Value
		if err := c.unpack("other", &other); err != nil {
			return nil, err
		}
		m, ok := other.(ipNetwork)
		if !ok || m.prefix.Addr().Is4() != n.prefix.Addr().Is4() {
			return nil, builtin.Raise(builtin.TypeError, "%s and %s are not of the same version", n.Str(), builtin.Str(other))
		}
		return starlark.Bool(holds(n.prefix, m.prefix)), nil
	})
}

func covers(a, b netip.Prefix) bool { return a.Bits() <= b.Bits() && a.Contains(b.Addr()) }

func ipNetworkAttributes() attributes[ipNetwork] {
	table := attributes[ipNetwork]{
		"version":           attribute(func(n ipNetwork) starlark.Int { return starlark.MakeInt(4 + 2*versionIndex(n.prefix.Addr())) }),
		"prefixlen":         attribute(func(n ipNetwork) starlark.Int { return starlark.MakeInt(n.prefix.Bits()) }),
		"max_prefixlen":     attribute(func(n ipNetwork) starlark.Int { return starlark.MakeInt(n.prefix.Addr().BitLen()) }),
		"num_addresses":     attribute(func(n ipNetwork) starlark.Int { return starlark.MakeBigInt(n.count()) }),
		"network_address":   attribute(func(n ipNetwork) ipAddress { return ipAddress{addr: n.prefix.Addr()} }),
		"broadcast_address": attribute(ipNetwork.last),
		"netmask":           attribute(ipNetwork.netmask),
		"hostmask":          attribute(ipNetwork.hostmask),
		"compressed":        attribute(func(n ipNetwork) starlark.String { return starlark.String(n.Str()) }),
		"with_prefixlen":    attribute(func(n ipNetwork) starlark.String { return starlark.String(n.Str()) }),
		"with_netmask": attribute(func(n ipNetwork) starlark.String {
			return starlark.String(n.prefix.Addr().String() + "/" + n.netmask().Str())
		}),
		"exploded": attribute(func(n ipNetwork) starlark.String {
			return starlark.String(n.prefix.Addr().StringExpanded() + "/" + strconv.Itoa(n.prefix.Bits()))
		}),
		"hosts": bound("hosts", ipNetwork.hosts), "subnets": bound("subnets", ipNetwork.subnets), "supernet": bound("supernet", ipNetwork.supernet),
		"subnet_of":   relation("subnet_of", func(a, b netip.Prefix) bool { return covers(b, a) }),
		"supernet_of": relation("supernet_of", covers),
		"overlaps":    relation("overlaps", netip.Prefix.Overlaps),
		"__str__":     bound("__str__", func(n ipNetwork, c *call) (starlark.Value, error) { return starlark.String(n.Str()), c.unpack() }),
	}
	for name, is := range addressTests {
		table[name] = attribute(func(n ipNetwork) starlark.Bool { return starlark.Bool(is(n.prefix.Addr()) && is(n.last().addr)) })
	}
	return table
}

// Attr implements starlark.HasAttrs.
func (n ipNetwork) Attr(name string) (starlark.Value, error) {
	return ipNetworkAttributes().get(n, n.Type(), name, map[string]string{"address_exclude": "", "compare_networks": ""})
}

// AttrNames implements starlark.HasAttrs.
func (ipNetwork) AttrNames() []string { return ipNetworkAttributes().names() }
