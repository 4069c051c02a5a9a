package shell

import "testing"

func TestSecretName(t *testing.T) {
	for name, want := range map[string]bool{
		"--ssh-password": true, "DB_PASSWD": true, "api_token": true, "AWS_SECRET_ACCESS_KEY": true,
		"ssl_private_key": true, "--passphrase": true,
		"": false, "--ssh-key": false, "PASS": false, "MODE": false,
		"POSTGRES_PASSWORD_FILE": false, "ssh_password_file": false,
	} {
		if got := SecretName(name); got != want {
			t.Errorf("SecretName(%q) = %v", name, got)
		}
	}
}
