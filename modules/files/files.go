// Package files keeps files, folders and links of a host as a deploy wants
// them.
//
// Paths on the host may start with ~ or ~user. A file mode is written as chmod
// knows it, see [Mode]; a time as in [Time]. The operations look before they
// act: one that has nothing to do plans nothing and says why.
//
// A fact and an operation of one name are two Go types: [File] is the operation,
// [FileFact] the fact. Both are called File in deploy files.
package files

import (
	"cygnet/fact"
	"cygnet/op"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name: "files",
		Operations: []op.Declaration{
			op.Declare(Block{}),
			op.Declare(Directory{}),
			op.Declare(Download{}),
			op.Declare(File{}),
			op.Declare(Line{}),
			op.Declare(Link{}),
			op.Declare(Put{}),
			op.Declare(Template{}),
		},
		Facts: []fact.Declaration{
			fact.Declare(BlockFact{}),
			fact.Declare(DirectoryFact{}),
			fact.Declare(FileFact{}),
			fact.Declare(FileContents{}),
			fact.Declare(FindDirectories{}),
			fact.Declare(FindFiles{}),
			fact.Declare(FindInFile{}),
			fact.Declare(FindLinks{}),
			fact.Declare(Flags{}),
			fact.Declare(LinkFact{}),
			fact.Declare(Md5File{}),
			fact.Declare(Sha1File{}),
			fact.Declare(Sha256File{}),
			fact.Declare(Sha384File{}),
			fact.Declare(Socket{}),
		},
	}
}
