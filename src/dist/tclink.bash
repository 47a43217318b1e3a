# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bash completion for tclink(8). Source it, or install it as "tclink" in
# $(pkg-config --variable=completionsdir bash-completion).
# shellcheck shell=bash

# What the command says, wherever it is: as root finds it, or by its path
_tclink_says()
{
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin \
		"${COMP_WORDS[0]/#\~\//$HOME/}" "$@" 2>/dev/null
}

_tclink_verbs()
{
	_tclink_says help | sed -n '/^  help /q; s/^  \([a-z-]*\) .*/\1/p'
}

# What --help lists: in $value by option what its value is called, or nothing.
# In $usage are the lines that show operands.
_tclink_read_help()
{
	local line option='^  (-., )?(--[a-z-]+)( ([^ ]+))?(  |$)'

	value=([--help]='') usage=
	while IFS= read -r line; do
		[[ ! $line =~ ^(Usage:|\ +tclink\ ) ]] || usage+=$line$'\n'
		[[ ! $line =~ $option ]] ||
			value[${BASH_REMATCH[2]}]=${BASH_REMATCH[4]}
	done < <(_tclink_says "$1" --help)
}

# One word for each link, of what the command itself lists; only root may ask.
_tclink_ids()
{
	[ "$EUID" = 0 ] || return 0
	_tclink_says show --json | grep -o '{"id":[0-9]*' | cut -d: -f2
}

_tclink_devices()
{
	local path

	for path in /sys/class/net/*; do
		# Not a device: the control file of bonding
		[ ! -d "$path" ] || echo "${path##*/}"
	done
}

# The words that an option may have as its value
_tclink_words()
{
	case $1 in
	--backend)	echo 'any link tcx netlink' ;;
	--require)	echo 'owned exclusive atomic compare-swap pinnable notified
		offload parents classid chain blocks priority protocol' ;;
	--protocol)	echo 'all ip ipv6 arp 802.1Q 802.1ad mpls_uc' ;;
	esac
}

_tclink_value()
{
	case ${value[$prev]}:$prev in
	FILE:*|PATH:*)	_tclink_files "$cur" ;;
	LINK_ID:*)	_tclink_reply "$(_tclink_ids)" "$cur" ;;
	*:--require)	_tclink_reply_list "$(_tclink_words "$prev")" "$cur" ;;
	*)		_tclink_reply "$(_tclink_words "$prev")" "$cur" ;;
	esac
}

# Operands of a verb before the cursor, in $operands; values of options are
# none. In $command is where the command of exec begins, after "--".
_tclink_operands()
{
	local i word

	operands=() command=
	for ((i = 2; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--)	command=$((i + 1)); return ;;
		--*)	[[ ${COMP_WORDS[i + 1]} != = ]] || i=$((i + 1))
			[ -z "${value[$word]-}" ] || i=$((i + 1)) ;;
		-*)	;;
		*)	operands+=("$word") ;;
		esac
	done
}

# What may stand next, of the operands
_tclink_operand()
{
	local words=''

	if [[ $usage == *' PATH'$'\n' ]]; then
		_tclink_files "$cur"
		return
	fi
	[[ $usage == *[' [']DEV[$' \n']* ]] || return 0
	case ${operands[0]:-}:${#operands[@]} in
	:0)	words="dev block $(_tclink_devices)" ;;
	dev:1)	words=$(_tclink_devices) ;;
	block:*)	;;
	dev:2|*:1)	[[ $usage != *'ingress|egress'* ]] || words='ingress egress' ;;
	esac
	_tclink_reply "$words" "$cur"
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
	local verb=${COMP_WORDS[1]} usage operands command
	local -A value

	COMPREPLY=()
	# "--option=value" comes as three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $COMP_CWORD:$verb in
	1:*)	_tclink_reply "$(_tclink_verbs) help --help --version" "$cur"; return ;;
	2:help)	_tclink_reply "$(_tclink_verbs)" "$cur"; return ;;
	*:flow)	_tclink_flow; return ;;
	esac
	_tclink_read_help "$verb"
	_tclink_operands
	if [[ $command ]]; then
		_tclink_command
	elif [[ ${value[$prev]-} ]]; then
		_tclink_value
	elif [[ $cur == -* ]]; then
		_tclink_reply "${!value[*]}" "$cur"
	else
		_tclink_operand
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
	id)		_tclink_reply "$(_tclink_ids)" "$cur" ;;
	backend)	_tclink_reply 'any link netlink' "$cur" ;;
	protocol)	_tclink_reply "$(_tclink_words --protocol)" "$cur" ;;
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
