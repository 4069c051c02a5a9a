package transfer

// findScript makes t a path that no tool takes for an option, and follows
// symbolic links to the file that is meant.
const findScript = `
LC_ALL=C
export LC_ALL
refuse() { echo "cygnet: $1" >&2; exit 1; }
case $t in
'') refuse 'the path is empty' ;;
*/*) ;;
*) t=./$t ;;
esac
case $t in -*) t=./$t ;; esac
links=0
while [ -L "$t" ]; do
	links=$((links + 1))
	[ "$links" -le 40 ] || refuse 'too many levels of symbolic links'
	to=$(readlink "$t" && echo .) || exit 1
	to=${to%??}
	case $to in /*) t=$to ;; *) t=${t%/*}/$to ;; esac
done
[ ! -d "$t" ] || refuse 'is a directory'
`

// uploadScript reads the content and the end mark from standard input.
//
// The fresh file is made by the shell itself under a umask that leaves it to
// its owner, and fails if there is one of that name. Of a file that is there,
// cp copies everything but the content: owner, mode, and what else the system
// knows. Where it cannot give the copy the same owner and group, as the file is
// someone else's and the user may just write it, the file is written where it
// is; so is one that cannot be replaced because it is a mount point.
const uploadScript = findScript + `
case $t in */) refuse 'is a directory that does not exist' ;; esac
dir=${t%/*}/
[ -d "$dir" ] || refuse 'the directory does not exist'
[ ! -e "$t" ] || [ -f "$t" ] || refuse 'is not a regular file'
[ ! -e "$t" ] || [ -w "$t" ] || [ -O "$t" ] || refuse 'permission denied'
owners() {
	set -f
	set -- $(ls -ldn "$1")
	echo "$3 $4"
}
fresh=$dir$fresh
trap 'rm -f "$fresh"' EXIT
trap 'exit 1' HUP INT TERM PIPE # saying why it failed may fail too, when the connection is lost
mask=$(umask)
umask 077
(set -C; : >"$fresh") || exit 1
frozen=
own=yes
if [ -e "$t" ]; then
	cp -p --attributes-only "$t" "$fresh" 2>/dev/null || cp -p "$t" "$fresh" || exit 1
	[ "$(owners "$t")" = "$(owners "$fresh")" ] || own=
	if [ -n "$mode" ] || [ -z "$own" ]; then chmod 600 "$fresh" || exit 1
	elif [ ! -w "$fresh" ]; then
		frozen=yes
		chmod u+w "$fresh" || exit 1
	fi
fi
cat >"$fresh" || exit 1
size=$(wc -c <"$fresh") && size=$((size - ${#end})) || exit 1
[ "$size" -ge 0 ] && [ "$(tail -c ${#end} "$fresh")" = "$end" ] || refuse 'the content did not arrive whole'
dd if=/dev/null of="$fresh" bs=1 seek="$size" 2>/dev/null || refuse 'cannot cut the file to its size'
umask "$mask"
if [ -z "$own" ]; then
	[ -z "$mode" ] || chmod "$mode" "$t" || exit 1
	cat "$fresh" >"$t" || exit 1
	exit 0
fi
if [ -n "$mode" ]; then chmod "$mode" "$fresh" || exit 1
elif [ -n "$frozen" ]; then chmod u-w "$fresh" || exit 1
elif [ ! -e "$t" ]; then chmod +rw "$fresh" || exit 1
fi
why=$(mv -f "$fresh" "$t" 2>&1) || { [ -f "$t" ] && cat "$fresh" >"$t"; } || { echo "$why" >&2; exit 1; }
`

const downloadScript = findScript + `
[ -e "$t" ] || refuse 'no such file or directory'
cat "$t"
`
