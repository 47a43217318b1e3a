# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bash completion for tclink(8). Source it, or install it as "tclink" in
# $(pkg-config --variable=completionsdir bash-completion).
# shellcheck shell=bash

# One word for each link, of what the command itself lists; only root may ask.
_tclink_ids()
{
	[ "$EUID" = 0 ] || return 0
	"$1" show --json 2>/dev/null | grep -o '{"id":[0-9]*' | cut -d: -f2
}

_tclink_devices()
{
	local path

	for path in /sys/class/net/*; do
		# Not a device: the control file of bonding
		[ ! -d "$path" ] || echo "${path##*/}"
	done
}

# Options of a verb; a '=' at the end says that a value follows.
_tclink_options()
{
	local prog='--object= --program= --pinned= --prog-id= --set='
	local attach="$prog --prio= --handle= --chain= --protocol=
		--classid= --classify-only --skip-hw --skip-sw --backend= --require="

	case $1 in
	attach)		echo "$attach --pin= --json --help" ;;
	exec)		echo "$attach --help" ;;
	show)		echo '--id= --pin= --pins --json --help' ;;
	monitor)	echo '--interval= --new --json --help' ;;
	wait)		echo '--id= --pin= --timeout= --help' ;;
	update)		echo "$prog --id= --pin= --expect= --json --help" ;;
	detach)		echo '--id= --pin= --help' ;;
	pin)		echo '--id= --help' ;;
	unpin)		echo '--help' ;;
	features)	echo '--json --help' ;;
	esac
}

# The values of an option: words, or "files" for paths, or nothing
_tclink_values()
{
	local guarantees='owned exclusive atomic compare-swap pinnable notified
		offload parents classid chain blocks priority protocol'

	case $2 in
	--object|--pinned|--pin)	echo files ;;
	--id)	_tclink_ids "$3" ;;
	--backend)	echo 'any link tcx netlink' ;;
	--require)	echo "$guarantees" ;;
	--protocol)	echo 'all ip ipv6 arp 802.1Q 802.1ad mpls_uc' ;;
	esac
}

# Operands of a verb before the cursor, in $operands; values of options are
# none. In $command is where the command of exec begins, after "--".
_tclink_operands()
{
	local i word options

	options=" $(_tclink_options "${COMP_WORDS[1]}" | tr '\n\t' '  ') "
	operands=() command=
	for ((i = 2; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--)	command=$((i + 1)); return ;;
		--*)	[[ ${COMP_WORDS[i + 1]} != = ]] || i=$((i + 1))
			[[ $options != *" $word= "* ]] || i=$((i + 1)) ;;
		-*)	;;
		*)	operands+=("$word") ;;
		esac
	done
}

# What may stand next, of the operands
_tclink_next_operand()
{
	local verb=$1

	[[ $verb =~ ^(attach|exec|show|monitor)$ ]] || return 0
	case ${operands[0]:-}:${#operands[@]} in
	:0)	echo "dev block $(_tclink_devices)"; return ;;
	dev:1)	_tclink_devices; return ;;
	esac
	[[ $verb == attach || $verb == exec ]] || return 0
	[ "${operands[0]}" != dev ] || operands=("${operands[@]:1}")
	[[ ${#operands[@]} -ne 1 || ${operands[0]} == block ]] ||
		echo 'ingress egress'
}

# Those of the words in $1 that begin with $2. compgen -W would expand them, and
# anybody may name a device $(reboot).
_tclink_reply()
{
	local word words

	read -rd '' -a words <<<"$1"
	for word in "${words[@]}"; do
		[[ $word != "$2"* ]] || COMPREPLY+=("$(printf %q "$word")")
	done
}

# Names with commas between them: complete the last one.
_tclink_reply_list()
{
	local head=

	[[ $2 != *,* ]] || head=${2%,*},
	_tclink_reply "$1" "${2##*,}"
	COMPREPLY=("${COMPREPLY[@]/#/$head}")
	compopt -o nospace 2>/dev/null
}

_tclink_files()
{
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
	compopt -o filenames 2>/dev/null
}

_tclink()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verb=${COMP_WORDS[1]} operands command options values
	local verbs='attach exec show monitor wait update detach pin unpin flow
		features'

	COMPREPLY=()
	# "--option=value" comes as three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [ "$COMP_CWORD" -eq 1 ]; then
		_tclink_reply "$verbs help --help --version" "$cur"
		return
	fi
	if [[ $verb == help ]]; then
		[ "$COMP_CWORD" -gt 2 ] || _tclink_reply "$verbs" "$cur"
		return
	fi
	if [[ $verb == flow ]]; then
		_tclink_flow
		return
	fi
	_tclink_operands
	if [[ $command ]]; then
		_tclink_command
		return
	fi
	options=$(_tclink_options "$verb" | tr '\n\t' '  ')
	if [[ " $options " == *" $prev= "* ]]; then
		values=$(_tclink_values "$verb" "$prev" "${COMP_WORDS[0]}")
		case $prev:$values in
		*:files)	_tclink_files "$cur" ;;
		--require:*)	_tclink_reply_list "$values" "$cur" ;;
		*)		_tclink_reply "$values" "$cur" ;;
		esac
	elif [[ $cur == -* ]]; then
		_tclink_reply "${options//=/}" "$cur"
	elif [[ $verb == pin || $verb == unpin ]]; then
		_tclink_files "$cur"
	else
		_tclink_reply "$(_tclink_next_operand "$verb")" "$cur"
	fi
}

# flow has words in place of options.
_tclink_flow()
{
	local keys='src dst proto proto-src proto-dst iif priority mark nfct
		nfct-src nfct-dst nfct-proto-src nfct-proto-dst rt-classid
		sk-uid sk-gid vlan-tag rxhash'
	local words='dev parent block prio handle chain protocol pin id backend
		map key hash keys and or xor rshift addend divisor baseclass
		perturb'

	case $prev in
	flow)		_tclink_reply "add change show dev --help" "$cur" ;;
	dev)		_tclink_reply "$(_tclink_devices)" "$cur" ;;
	key)		_tclink_reply "$keys" "$cur" ;;
	keys)		_tclink_reply_list "$keys" "$cur" ;;
	pin)		_tclink_files "$cur" ;;
	id)		_tclink_reply "$(_tclink_ids "${COMP_WORDS[0]}")" "$cur" ;;
	backend)	_tclink_reply 'any link netlink' "$cur" ;;
	protocol)	_tclink_reply "$(_tclink_values '' --protocol '')" "$cur" ;;
	parent|block|prio|handle|chain|and|or|xor|rshift|addend|divisor|baseclass|perturb)
		;;
	show)		_tclink_reply 'id pin --json' "$cur" ;;
	*)		_tclink_reply "$words" "$cur" ;;
	esac
}

# What comes after "--" is completed as if it had been typed alone.
_tclink_command()
{
	if declare -F _command_offset >/dev/null; then
		_command_offset "$command"
	elif [ "$COMP_CWORD" -eq "$command" ]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	else
		_tclink_files "$cur"
	fi
}

complete -F _tclink tclink
