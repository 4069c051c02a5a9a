package library

// standardModules are the modules of Python's standard library, and a few from
// elsewhere that deploys take for granted.
func standardModules() []*definition {
	return []*definition{
		pathlibModule(), globModule(), fnmatchModule(), reModule(),
		subprocessModule(), ipaddressModule(), importlibModule(), resourcesModule(),
		sysModule(), loggingModule(), hashlibModule(), hmacModule(), base64Module(), secretsModule(), shlexModule(),
		functoolsModule(), tempfileModule(), shutilModule(), datetimeModule(), dotenvModule(), yamlModule(), itertoolsModule(), textwrapModule(),
	}
}
