package library

import (
	"encoding/binary"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

var (
	addressValueError = builtin.NewExceptionClass("AddressValueError", builtin.ValueError)
	netmaskValueError = builtin.NewExceptionClass("NetmaskValueError", builtin.ValueError)

	// By version, 4 before 6.
	addressClasses   = [2]*builtin.Class{ipClass("IPv4Address", 4, newIPAddress, nil), ipClass("IPv6Address", 6, newIPAddress, nil)}
	networkClasses   = [2]*builtin.Class{ipClass("IPv4Network", 4, newIPNetwork, nil), ipClass("IPv6Network", 6, newIPNetwork, nil)}
	interfaceClasses = [2]*builtin.Class{ipClass("IPv4Interface", 4, newIPInterface, addressClasses[0]), ipClass("IPv6Interface", 6, newIPInterface, addressClasses[1])}
)

// ipClass makes a class whose call reads a text, or what else means an address,
// of one version.
func ipClass(name string, version int, make func(*call, int) (starlark.Value, error), base *builtin.Class) *builtin.Class {
	return builtin.NewClass(name, base, builtin.Native{Module: "ipaddress",
		New: func(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return make(&call{thread, function(name, nil), args, kwargs}, version)
		}})
}

func ipaddressModule() *definition {
	either := func(make func(*call, int) (starlark.Value, error)) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) { return make(c, 0) }
	}
	d := &definition{name: "ipaddress", what: "name", values: functions(map[string]func(*call) (starlark.Value, error){
		"ip_address": either(newIPAddress), "ip_network": either(newIPNetwork), "ip_interface": either(newIPInterface),
	}), later: map[string]string{"summarize_address_range": "", "collapse_addresses": "", "get_mixed_type_key": "", "v4_int_to_packed": "", "v6_int_to_packed": ""}}
	for _, classes := range [][2]*builtin.Class{addressClasses, networkClasses, interfaceClasses} {
		for _, class := range classes {
			d.values[class.Name()] = constant(class)
		}
	}
	d.values["AddressValueError"] = constant(addressValueError)
	d.values["NetmaskValueError"] = constant(netmaskValueError)
	return d
}

// versionIndex is where the classes of an address's version are.
func versionIndex(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// parseAddr reads an address of a version, 0 for either. what says what was
// wanted.
func parseAddr(text string, version int) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	switch {
	case err == nil && (version == 0 || a.Is4() == (version == 4)):
		return a, nil
	case version == 4 && strings.Contains(text, "/"):
		return a, builtin.Raise(addressValueError, "Unexpected '/' in %s", builtin.Repr(starlark.String(text)))
	case version == 4 && strings.Count(text, ".") != 3:
		return a, builtin.Raise(addressValueError, "Expected 4 octets in %s", builtin.Repr(starlark.String(text)))
	case version != 0:
		return a, builtin.Raise(addressValueError, "%s is no IPv%d address", builtin.Repr(starlark.String(text)), version)
	}
	return a, builtin.Raise(builtin.ValueError, "%s does not appear to be an IPv4 or IPv6 address", builtin.Repr(starlark.String(text)))
}

// addrOf reads what means an address: a text, a number, bytes or an address.
func addrOf(v starlark.Value, version int) (netip.Addr, error) {
	switch v := v.(type) {
	case ipAddress:
		return v.addr, nil
	case starlark.Int:
		return addrOfInt(v.BigInt(), version)
	case starlark.Bytes:
		a, ok := netip.AddrFromSlice([]byte(v))
		if !ok || version != 0 && a.Is4() != (version == 4) {
			return a, builtin.Raise(addressValueError, "%s (len %d) is no packed address", builtin.Repr(v), len(v))
		}
		return a, nil
	}
	return parseAddr(builtin.Str(v), version)
}

func addrOfInt(n *big.Int, version int) (netip.Addr, error) {
	bits := n.BitLen()
	switch {
	case n.Sign() < 0:
		return netip.Addr{}, builtin.Raise(addressValueError, "%s (< 0) is not permitted as an IPv%d address", n, max(version, 4))
	case bits <= 32 && version != 6:
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(n.Uint64()))
		return netip.AddrFrom4(b), nil
	case bits <= 128 && version != 4:
		var b [16]byte
		n.FillBytes(b[:])
		return netip.AddrFrom16(b), nil
	case version == 4:
		return netip.Addr{}, builtin.Raise(addressValueError, "%s (>= 2**32) is not permitted as an IPv4 address", n)
	}
	return netip.Addr{}, builtin.Raise(addressValueError, "%s is not permitted as an IPv6 address", n)
}

func addrInt(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

func newIPAddress(c *call, version int) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("address", &v); err != nil {
		return nil, err
	}
	a, err := addrOf(v, version)
	if err != nil {
		return nil, err
	}
	return ipAddress{addr: a}, nil
}

// An ipAddress is an IPv4Address or IPv6Address, or, with bits, an interface: an
// address and the network that it is in.
type ipAddress struct {
	fixed
	addr      netip.Addr
	isPart    bool // an interface
	prefixLen int
}

var (
	_ starlark.HasAttrs   = ipAddress{}
	_ starlark.Comparable = ipAddress{}
	_ starlark.HasBinary  = ipAddress{}
	_ builtin.Texter      = ipAddress{}
	_ builtin.Classed     = ipAddress{}
	_ constantValue       = ipAddress{}
)

func (a ipAddress) Str() string {
	if a.isPart {
		return a.addr.String() + "/" + strconv.Itoa(a.prefixLen)
	}
	return a.addr.String()
}
func (a ipAddress) String() string        { return a.Type() + "('" + a.Str() + "')" }
func (a ipAddress) Type() string          { return a.PyClass().Name() }
func (a ipAddress) Hash() (uint32, error) { return starlark.String(a.Str()).Hash() }

// PyClass implements builtin.Classed.
func (a ipAddress) PyClass() *builtin.Class {
	if a.isPart {
		return interfaceClasses[versionIndex(a.addr)]
	}
	return addressClasses[versionIndex(a.addr)]
}

// Int is what int(address) returns.
func (a ipAddress) Int() starlark.Int { return starlark.MakeBigInt(addrInt(a.addr)) }

// CompareSameType implements starlark.Comparable.
func (a ipAddress) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	b := y.(ipAddress)
	if op != syntax.EQL && op != syntax.NEQ && a.addr.Is4() != b.addr.Is4() {
		return false, builtin.Raise(builtin.TypeError, "%s and %s are not of the same version", a.Str(), b.Str())
	}
	order := a.addr.Compare(b.addr)
	if order == 0 {
		order = a.prefixLen - b.prefixLen
	}
	if order == 0 && a.isPart != b.isPart {
		order = -1
	}
	return threeway(op, order), nil
}

// threeway is what a comparison means for an order.
func threeway(op syntax.Token, order int) bool {
	switch op {
	case syntax.EQL:
		return order == 0
	case syntax.NEQ:
		return order != 0
	case syntax.LT:
		return order < 0
	case syntax.LE:
		return order <= 0
	case syntax.GT:
		return order > 0
	}
	return order >= 0
}

// Binary implements starlark.HasBinary: an address plus or minus a number.
func (a ipAddress) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	n, ok := y.(starlark.Int)
	if !ok || side == starlark.Right || op != syntax.PLUS && op != syntax.MINUS {
		return nil, nil
	}
	sum := new(big.Int).Add(addrInt(a.addr), n.BigInt())
	if op == syntax.MINUS {
		sum.Sub(addrInt(a.addr), n.BigInt())
	}
	moved, err := addrOfInt(sum, 4+2*versionIndex(a.addr))
	if err != nil {
		return nil, err
	}
	return ipAddress{addr: moved}, nil
}

func ipAddressAttributes() attributes[ipAddress] {
	table := attributes[ipAddress]{
		"version":         attribute(func(a ipAddress) starlark.Int { return starlark.MakeInt(4 + 2*versionIndex(a.addr)) }),
		"max_prefixlen":   attribute(func(a ipAddress) starlark.Int { return starlark.MakeInt(a.addr.BitLen()) }),
		"compressed":      attribute(func(a ipAddress) starlark.String { return starlark.String(a.Str()) }),
		"exploded":        attribute(func(a ipAddress) starlark.String { return starlark.String(a.exploded()) }),
		"packed":          attribute(func(a ipAddress) starlark.Bytes { return starlark.Bytes(a.addr.AsSlice()) }),
		"reverse_pointer": attribute(func(a ipAddress) starlark.String { return starlark.String(reversePointer(a.addr)) }),
		"__int__":         bound("__int__", func(a ipAddress, c *call) (starlark.Value, error) { return a.Int(), c.unpack() }),
		"__str__":         bound("__str__", func(a ipAddress, c *call) (starlark.Value, error) { return starlark.String(a.Str()), c.unpack() }),
	}
	for name, is := range addressTests {
		table[name] = attribute(func(a ipAddress) starlark.Bool { return starlark.Bool(is(a.addr)) })
	}
	return table
}

func ipInterfaceAttributes() attributes[ipAddress] {
	network := func(a ipAddress) ipNetwork { return networkOf(a.addr, a.prefixLen) }
	return attributes[ipAddress]{
		"ip":             attribute(func(a ipAddress) ipAddress { return ipAddress{addr: a.addr} }),
		"network":        attribute(network),
		"netmask":        attribute(func(a ipAddress) ipAddress { return network(a).netmask() }),
		"hostmask":       attribute(func(a ipAddress) ipAddress { return network(a).hostmask() }),
		"with_prefixlen": attribute(func(a ipAddress) starlark.String { return starlark.String(a.Str()) }),
		"with_netmask": attribute(func(a ipAddress) starlark.String {
			return starlark.String(a.addr.String() + "/" + network(a).netmask().Str())
		}),
	}
}

// Attr implements starlark.HasAttrs.
func (a ipAddress) Attr(name string) (starlark.Value, error) {
	if f := ipInterfaceAttributes()[name]; f != nil && a.isPart {
		return f(a)
	}
	return ipAddressAttributes().get(a, a.Type(), name, map[string]string{"ipv4_mapped": "", "sixtofour": "", "teredo": "", "scope_id": ""})
}

// AttrNames implements starlark.HasAttrs.
func (a ipAddress) AttrNames() []string {
	names := ipAddressAttributes().names()
	if a.isPart {
		names = append(names, ipInterfaceAttributes().names()...)
	}
	return names
}

func (a ipAddress) exploded() string {
	text := a.addr.StringExpanded()
	if a.isPart {
		text += "/" + strconv.Itoa(a.prefixLen)
	}
	return text
}

// reversePointer is the name of an address in the DNS.
func reversePointer(a netip.Addr) string {
	if a.Is4() {
		b := a.As4()
		return strconv.Itoa(int(b[3])) + "." + strconv.Itoa(int(b[2])) + "." + strconv.Itoa(int(b[1])) + "." + strconv.Itoa(int(b[0])) + ".in-addr.arpa"
	}
	var b strings.Builder
	digits := strings.ReplaceAll(a.WithZone("").StringExpanded(), ":", "")
	for i := len(digits) - 1; i >= 0; i-- {
		b.WriteString(digits[i:i+1] + ".")
	}
	return b.String() + "ip6.arpa"
}

// prefixes reads a list of networks that stands in this file.
func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for text := range strings.FieldsSeq(list) {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// The networks that IANA's registries of special addresses call private, and
// those in them that are not.
var (
	privateNetworks = prefixes(`0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/29 192.0.0.170/31
		192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 255.255.255.255/32
		::1/128 ::/128 ::ffff:0:0/96 100::/64 2001::/23 2001:2::/48 2001:db8::/32 2001:10::/28 fc00::/7 fe80::/10`)
	sharedNetwork    = netip.MustParsePrefix("100.64.0.0/10")
	reservedNetworks = prefixes(`240.0.0.0/4 ::/8 100::/8 200::/7 400::/6 800::/5 1000::/4 4000::/3 6000::/3 8000::/3 a000::/3
		c000::/3 e000::/4 f000::/5 f800::/6 fe00::/9`)
)

func inAny(networks []netip.Prefix, a netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(a.WithZone("")) {
			return true
		}
	}
	return false
}

func isPrivate(a netip.Addr) bool { return inAny(privateNetworks, a) }

var addressTests = map[string]func(netip.Addr) bool{
	"is_private":     isPrivate,
	"is_global":      func(a netip.Addr) bool { return !isPrivate(a) && !sharedNetwork.Contains(a) },
	"is_loopback":    netip.Addr.IsLoopback,
	"is_link_local":  netip.Addr.IsLinkLocalUnicast,
	"is_multicast":   netip.Addr.IsMulticast,
	"is_unspecified": netip.Addr.IsUnspecified,
	"is_reserved":    func(a netip.Addr) bool { return inAny(reservedNetworks, a) },
}
