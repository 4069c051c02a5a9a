package main

// Differences are the cases in which Cygnet plans something else because that is
// better: the case's path and the reason. Each is written down for users in
// docs/differences.md and has a test of its own in its module.
var Differences = map[string]string{
	"operations/apt.packages/update_nocache": "where there is no stamp its folder may be missing too, and touch would fail",
	"facts/server.Users/mixed":               "four processes instead of a dozen for each user, with the same output",
}

// Additions are facts that an operation looks at beyond those that pyinfra's
// does, to be right in more cases. The cases do not have them; they are answered
// as on a host where there is nothing of the kind. So are facts that no deploy
// can ask for, as they are not among those of a module.
var Additions = map[string][]string{
	// Links are followed before a file is put in the place of another.
	"files.line":  {"files.Link"},
	"server.user": {"files.Link"},
	// A block without lines is not the same as no block.
	"files.block": {"files.Link", "files.FindInFile"},
}
