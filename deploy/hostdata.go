package deploy

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"cygnet/fleet"
)

// Data of a host can be in a file with the host's name, such as
// host_data/web1.py or host_data/@ssh/web1.py. It is the host's own data, read
// after the inventory: what it says is stronger than what the inventory says.

// hostData reads the files of a folder, which need not exist, for the hosts that
// there are. Files of others are left alone, as several inventories may share
// the folder.
func hostData(ctx context.Context, inv *fleet.Inventory, folder string, o Options) error {
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, h := range inv.Hosts() {
		file := h.Name + ".py"
		path := filepath.Join(folder, file)
		if !filepath.IsLocal(file) || !isFile(path) {
			continue
		}
		data, err := fileData(ctx, inv, path, o)
		if err != nil {
			return err
		}
		inv.AddHostData(h.Name, data)
	}
	return nil
}
