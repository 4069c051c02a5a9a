package deploy

// LoadText is [Load] for a deploy that is in no file, such as one that a command
// line means. Messages call it name; modules that it imports are looked for in
// the working folder.
func LoadText(name, text string, o Options) (*Program, error) {
	l := newLoader(name, o)
	if err := checkText(name, []byte(text)); err != nil {
		return nil, err
	}
	main, err := l.text(name, "__main__", false, []byte(text))
	if err != nil {
		return nil, err
	}
	return &Program{loader: l, main: main, options: o}, nil
}
