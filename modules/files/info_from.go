package files

import "cygnet/fact"

// FromPlain implements fact.PlainReader.
func (i *Info) FromPlain(plain any) error {
	*i = Info{}
	switch plain {
	case nil:
		return nil
	case false:
		i.Other = true
		return nil
	}
	var digits int64
	fields := map[string]any{
		"user": &i.User, "group": &i.Group, "mode": &digits, "size": &i.Size,
		"atime": &i.Atime, "mtime": &i.Mtime, "ctime": &i.Ctime, "link_target": &i.Target,
	}
	dict, _ := fact.Members(plain)
	for key, value := range dict {
		if to := fields[key]; to != nil {
			if err := fact.ReadPlain(to, value); err != nil {
				return err
			}
		}
	}
	for shift := 0; shift < 12; shift, digits = shift+3, digits/10 {
		i.Mode |= uint32(digits%10&7) << shift
	}
	i.Exists = true
	_, i.link = dict["link_target"]
	return nil
}
