package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Package is a Debian package, small enough to be made on the spot.
type Package struct {
	Name    string
	Version string
	// Arch is "all" when empty.
	Arch string
	// Depends are names, with or without a version as in "toy-lib (>= 2)".
	Depends []string
	// Files are what it installs, by absolute path. Those in a folder named
	// bin or sbin can be executed.
	Files map[string]string
	// PostInst is a script that runs after it was installed, without its
	// "#!/bin/sh" line.
	PostInst string
}

// Toys returns a few packages to play with: toy-hello, a program; toy-lib, a
// file; toy-app, which needs toy-lib; toy-slow, which takes two seconds to
// install; and toy-broken, which cannot be installed.
func Toys() []Package {
	return []Package{
		{Name: "toy-hello", Version: "1.0", Files: map[string]string{"/usr/bin/toy-hello": "#!/bin/sh\necho hello\n"}},
		{Name: "toy-lib", Version: "2.1-1", Files: map[string]string{"/usr/share/toy-lib/data": "data\n"}},
		{
			Name: "toy-app", Version: "1.0", Depends: []string{"toy-lib (>= 2)"},
			Files: map[string]string{"/usr/bin/toy-app": "#!/bin/sh\ncat /usr/share/toy-lib/data\n"},
		},
		{Name: "toy-slow", Version: "1.0", PostInst: "sleep 2\n"},
		{Name: "toy-broken", Version: "1.0", PostInst: "echo 'toy-broken: out of order' >&2\nexit 1\n"},
	}
}

// reposDir is where SetPackages keeps the repository on a machine.
const reposDir = "/srv/toys"

// SetPackages makes the packages all that apt can get on a clone machine,
// which has no network: it puts a repository in /srv/toys and names it as the
// only source. It may be called again, with newer versions for instance; apt
// sees that after its next update.
func (m *Machine) SetPackages(packages ...Package) error {
	if m.lab.Kind != Clone {
		return fmt.Errorf("%s: packages need a clone machine", m.Name)
	}
	files, err := Repository(packages...)
	if err != nil {
		return err
	}
	err = m.place.inside(reposDir, func(dir string) error {
		lists, err := filepath.Glob("/var/lib/apt/lists/*_*")
		for _, old := range append(lists, dir, "/etc/apt/sources.list.d") {
			err = errors.Join(err, os.RemoveAll(old))
		}
		for name, data := range files {
			err = errors.Join(err, writeFile(filepath.Join(dir, name), data, 0o644))
		}
		source := "deb [trusted=yes] file:" + reposDir + " ./\n"
		return errors.Join(err, writeFile("/etc/apt/sources.list", []byte(source), 0o644))
	})
	if err != nil {
		return fmt.Errorf("packages for %s: %w", m.Name, err)
	}
	return nil
}

// Repository returns the files of a flat apt repository with the packages, by
// name: the packages and their index, as "Repository format" in the Debian
// wiki describes them. It is not signed.
func Repository(packages ...Package) (map[string][]byte, error) {
	files := map[string][]byte{}
	var index bytes.Buffer
	for _, p := range packages {
		deb, err := p.Deb()
		if err != nil {
			return nil, fmt.Errorf("package %s: %w", p.Name, err)
		}
		name := fmt.Sprintf("%s_%s_%s.deb", p.Name, p.Version, p.arch())
		files[name] = deb
		index.WriteString(p.control())
		fmt.Fprintf(&index, "Filename: ./%s\nSize: %d\nSHA256: %x\n\n", name, len(deb), sha256.Sum256(deb))
	}
	files["Packages"] = index.Bytes()
	return files, nil
}

// Deb returns the package as a file in the format of deb(5).
func (p Package) Deb() ([]byte, error) {
	control := []tarFile{{"./control", 0o644, p.control()}}
	if p.PostInst != "" {
		control = append(control, tarFile{"./postinst", 0o755, "#!/bin/sh\n" + p.PostInst})
	}
	var data []tarFile
	folders := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		data = addFolders(data, folders, path.Dir(name))
		mode := int64(0o644)
		if base := path.Base(path.Dir(name)); base == "bin" || base == "sbin" {
			mode = 0o755
		}
		data = append(data, tarFile{"." + name, mode, p.Files[name]})
	}
	controlTar, err := tarball(control)
	if err != nil {
		return nil, err
	}
	dataTar, err := tarball(data)
	if err != nil {
		return nil, err
	}
	var deb bytes.Buffer
	deb.WriteString("!<arch>\n")
	writeAr(&deb, "debian-binary", []byte("2.0\n"))
	writeAr(&deb, "control.tar.gz", controlTar)
	writeAr(&deb, "data.tar.gz", dataTar)
	return deb.Bytes(), nil
}

func (p Package) arch() string {
	if p.Arch == "" {
		return "all"
	}
	return p.Arch
}

// control returns the fields that dpkg and the repository's index share.
func (p Package) control() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Package: %s\nVersion: %s\nArchitecture: %s\n", p.Name, p.Version, p.arch())
	if len(p.Depends) > 0 {
		fmt.Fprintf(&b, "Depends: %s\n", strings.Join(p.Depends, ", "))
	}
	fmt.Fprintf(&b, "Maintainer: Cygnet <root@localhost>\nDescription: %s, to play with\n", p.Name)
	return b.String()
}

// A tarFile is a file, or a folder if its name ends in a slash.
type tarFile struct {
	name string
	mode int64
	text string
}

// addFolders adds the folder and those that it is in, each once.
func addFolders(files []tarFile, seen map[string]bool, folder string) []tarFile {
	if seen[folder] {
		return files
	}
	seen[folder] = true
	if folder != "/" {
		files = addFolders(files, seen, path.Dir(folder))
		return append(files, tarFile{"." + folder + "/", 0o755, ""})
	}
	return append(files, tarFile{"./", 0o755, ""})
}

func tarball(files []tarFile) ([]byte, error) {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	w := tar.NewWriter(zip)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text)), ModTime: time.Unix(0, 0), Format: tar.FormatGNU}
		header.Typeflag = tar.TypeReg
		if strings.HasSuffix(f.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(f.text)); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(w.Close(), zip.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// writeAr adds a member to an archive as ar(5) describes it: a header of fixed
// width, the data, and a newline if its length is odd.
func writeAr(b *bytes.Buffer, name string, data []byte) {
	fmt.Fprintf(b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 0, 0, 0, 0o100644, len(data))
	b.Write(data)
	if len(data)%2 == 1 {
		b.WriteByte('\n')
	}
}
