package shell

import "strings"

// killScript ends a tagged command. It uses nothing but sh, grep and tr where
// there is a /proc, and ps elsewhere. Its own ancestors are never ended, nor is
// process 1. It ends with the number of processes that are left.
const killScript = `
procs() {
	if [ -r /proc/self/environ ]; then
		grep -hs -e '^State:' -e '^PP*id:' /proc/[0-9]*/status | while read -r k v x; do
			case $k in State:) s=$v ;; Pid:) p=$v ;; PPid:) [ "$s" = Z ] || echo "$p $v" ;; esac
		done
	else
		ps -A -o pid= -o ppid= -o stat= | while read -r p q s; do
			case $s in Z*) ;; *) echo "$p $q" ;; esac
		done
	fi
}
tagged() {
	if [ -r /proc/self/environ ]; then
		for f in $(grep -lsF -e "$t" /proc/[0-9]*/environ); do
			if tr '\0' '\n' <"$f" | grep -qxF -e "$t"; then f=${f#/proc/}; echo "${f%/environ}"; fi
		done 2>/dev/null
	else
		case $(uname) in
		Darwin) ps -A -E -ww -o pid= -o command= ;;
		*) ps axeww -o pid= -o command= ;;
		esac | while read -r p rest; do
			case " $rest " in *" $t "*) echo "$p" ;; esac
		done
	fi
}
victims() {
	v=
	found=" $(tagged | tr '\n' ' ')"
	[ "$found" != " " ] || return 0
	all=$(procs)
	spare=' 0 1 '
	up=$$
	while [ -n "$up" ] && [ "$up" -gt 1 ]; do
		spare="$spare$up "
		of=$up
		up=
		while read -r p q; do
			if [ "$p" = "$of" ]; then up=$q; fi
		done <<END
$all
END
	done
	grew=1
	while [ -n "$grew" ]; do
		grew=
		while read -r p q; do
			case $found in
			*" $p "*) ;;
			*" $q "*) found="$found$p " grew=1 ;;
			esac
		done <<END
$all
END
	done
	while read -r p q; do
		case $spare in *" $p "*) continue ;; esac
		case $found in *" $p "*) v="$v $p" ;; esac
	done <<END
$all
END
}
n=0
while :; do
	victims
	if [ -z "$v" ] || [ "$n" -ge 40 ]; then break; fi
	if [ "$n" -eq 0 ]; then kill -TERM $v; elif [ "$n" -ge 10 ]; then kill -KILL $v; fi 2>/dev/null
	if sleep 0.1 2>/dev/null; then n=$((n + 1)); else sleep 1; n=$((n + 10)); fi
done
set -- $v
echo $#
`

// KillText returns text that ends everything that has the tag in its
// environment, and all that descends from it: politely first, and after a
// second for good. It prints how many processes are left, which is more than
// none only where some could not be ended within about three seconds more. Run
// it in the identity of the command, as others may not end it, and without that
// tag.
func KillText(tag string) Text {
	return Raw("LC_ALL=C; export LC_ALL; t=" + Quote(TagVariable+"="+tag) + strings.TrimRight(killScript, "\n"))
}
