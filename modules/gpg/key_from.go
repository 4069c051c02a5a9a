package gpg

import "cygnet/fact"

// FromPlain implements fact.PlainReader.
func (k *Key) FromPlain(plain any) error {
	*k = Key{}
	dict, ok := fact.Members(plain)
	if !ok {
		return nil
	}
	for key, to := range map[string]any{
		"validity": &k.Validity, "length": &k.Length, "subkeys": &k.Subkeys,
		"fingerprint": &k.Fingerprint, "uid_hash": &k.UIDHash, "uid": &k.UID,
	} {
		if err := fact.ReadPlain(to, dict[key]); err != nil {
			return err
		}
	}
	_, has := dict["subkeys"]
	k.sub = !has
	return nil
}
