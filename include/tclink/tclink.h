/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/**
 * libtclink: TC classifier programs with an owner.
 *
 * A struct tclink is one attached program. Three backends can hold it; what
 * each of them promises is listed at TCLINK_OWNED and below.
 *
 * The manual pages are made from the comments in this file that begin with two
 * asterisks. docs/man/man3.awk says how these are written.
 *
 * Backends:
 * tclink_attach() uses the first of these that the running kernel has and that
 * can do all that the options ask for, unless the options name one. Nothing
 * that was asked for is dropped in silence: if no backend can do it, attaching
 * fails.
 *   link	A BPF link of type BPF_LINK_TYPE_TC: a cls_bpf filter that
 *		belongs to whoever holds the link. Netlink can neither replace
 *		nor delete it, and it goes when the last reference to the link
 *		goes. References are file descriptors, in any process, and pins
 *		in a BPF file system. Needs a kernel with the tclink series.
 *   tcx	A BPF link of type BPF_LINK_TYPE_TCX: the same ownership of a
 *		slot at the ingress or egress hook of a device, and nothing of
 *		the rest of TC. Attaching and detaching wait for an RCU grace
 *		period. Some verdicts mean something else there: see
 *		tclink_attach(). Needs Linux 6.6 with CONFIG_NET_XGRESS.
 *   netlink	A cls_bpf filter made by netlink, without an owner: anybody may
 *		replace or delete it, and it stays when the process is killed.
 *		Before the library replaces or deletes such a filter, it checks
 *		that the filter still runs the program that this object
 *		attached, and otherwise leaves it alone. There is a short race:
 *		a change that somebody else makes in the few microseconds after
 *		the check is lost. Needs Linux 4.13, or 4.16 for shared blocks.
 *
 * Severing:
 * When the qdisc, chain, device or network namespace under the filter goes
 * away, or somebody calls tclink__detach(), the link is severed: the filter is
 * gone, but the object is still there and reports its last values, and
 * tclink__wait() returns. A severed link stays severed: for a device that comes
 * back, attach anew. A tcx link is severed only when its device is deleted or
 * tclink__detach() is called, not when the device moves to another namespace.
 *
 * Errors:
 * Functions that return int return 0 (or what they document) on success. On
 * failure they return -errno and set errno to the same value. Functions that
 * return a pointer return NULL on failure and set errno. Kernel errno values
 * are passed through unchanged, with two exceptions: a function may document a
 * more specific one, and EBADFD is reported as EBADF. After success, errno is
 * unspecified, except that tclink__destroy() leaves it alone when it returns 0.
 * After a failure, and only then, the library finds out why and says it in one
 * sentence; see tclink_set_log(). libbpf may print warnings of its own, which
 * libbpf_set_print(3) silences.
 *
 * Options:
 * A pointer to an opts structure may be NULL: every option has a default.
 * Otherwise set the whole structure to zero and sz to its size, as
 * TCLINK_OPTS() does. A structure from an older header has a smaller sz; the
 * options that it lacks have their defaults. sz below sizeof(size_t) gives
 * EINVAL. A structure from a newer header may be longer than the library knows;
 * if a byte of the unknown part is not zero, the call fails with E2BIG, as
 * bpf(2) does.
 *
 * Threads:
 * Any function may run in any thread. Two threads may use the same object at
 * once. While tclink__pin(), tclink__unpin(), tclink__disconnect() or
 * tclink__destroy() runs on an object, no other call may use that object.
 * Apart from objects, threads share only two things: the log callback, and what
 * the library has learnt about the kernel. No function is safe against
 * cancellation of its thread, pthread_cancel(3).
 *
 * Fork:
 * After fork(2) the child, too, holds every link that its parent held at that
 * moment, until the child closes it, executes another program or ends. The
 * filter stays until both have let go. An object of the netlink backend belongs
 * to the process that attached. In another process tclink__update(),
 * tclink__detach(), tclink__info() and tclink__wait() fail with EBADF, and
 * tclink__destroy() frees the object and leaves the filter alone.
 *
 * Numbers:
 * Integers are in host byte order, the protocol too.
 *
 * Kernel:
 * The link backend needs Linux with the tclink series (BPF_LINK_TYPE_TC and
 * BPF_TC in enum bpf_link_type and enum bpf_attach_type of its
 * uapi/linux/bpf.h), CONFIG_NET_CLS_BPF and CONFIG_DEBUG_INFO_BTF. The numbers
 * of the two enumerators differ between kernels: the library reads them by name
 * from /sys/kernel/btf/vmlinux, once for each process, at the first call that
 * needs them. A function says so if it needs another kernel than its backend.
 */
#ifndef TCLINK_TCLINK_H
#define TCLINK_TCLINK_H

#include <stddef.h>
#include <linux/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of this header; the library's soname changes with the ABI only. */
#define TCLINK_MAJOR_VERSION 0
#define TCLINK_MINOR_VERSION 1

#ifndef TCLINK_API
#define TCLINK_API __attribute__((visibility("default")))
#endif

/*
 * Declare a local variable NAME of struct TYPE, all zero except for ->sz:
 *
 *	TCLINK_OPTS(tclink_attach_opts, opts);
 *
 *	opts.priority = 10;
 *
 * It serves for tclink_info and tclink_features as well. LIBBPF_OPTS() of
 * bpf/libbpf_common.h does the same with initialisers.
 */
#define TCLINK_OPTS(TYPE, NAME)                                           \
	struct TYPE NAME = __extension__({                                \
		struct TYPE NAME##_;                                      \
		__builtin_memset(&NAME##_, 0, sizeof(NAME##_));           \
		NAME##_.sz = sizeof(NAME##_);                             \
		NAME##_;                                                  \
	})

/**
 * Targets:
 * A filter is attached to a parent on a device, or to a shared block.
 *   TCLINK_INGRESS, TCLINK_EGRESS
 *		The two sides of the clsact qdisc: of linux/pkt_sched.h
 *		TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) and the same with
 *		TC_H_MIN_EGRESS. The old ingress qdisc has the same handle as
 *		clsact and no egress side: TCLINK_EGRESS fails there with
 *		ENOENT, except with the tcx backend, which needs no qdisc.
 *   TCLINK_PARENT(major, minor)
 *		A class, such as TCLINK_PARENT(1, 0x10), which tc(8) writes as
 *		1:10, in hexadecimal. A minor of 0 names the qdisc itself. This
 *		macro makes a class id, too.
 *   TCLINK_BLOCK
 *		In place of a device's index: the target is a shared block, and
 *		the parent is its index. TCM_IFINDEX_MAGIC_BLOCK of
 *		linux/rtnetlink.h.
 */
#define TCLINK_INGRESS 0xfffffff2U
#define TCLINK_EGRESS 0xfffffff3U
#define TCLINK_PARENT(major, minor) \
	(((__u32)(major) << 16) | ((__u32)(minor) & 0xffffU))
#define TCLINK_BLOCK 0xffffffffU

/*
 * tclink_attach_opts.flags: the program returns a class instead of a verdict.
 * BPF_F_TC_CLASSIFY_ONLY of the kernel.
 */
#define TCLINK_F_CLASSIFY_ONLY (1U << 0)

/*
 * tclink_update_opts.flags: update only while the program of old_prog_fd is the
 * attached one. BPF_F_REPLACE of linux/bpf.h.
 */
#define TCLINK_F_EXPECT_OLD (1U << 0)

/*
 * tclink_attach_opts.gen_flags and tclink_info.gen_flags. The caller can ask
 * for one of the first two; the last two are only reported. They are the
 * TCA_CLS_FLAGS_* of linux/pkt_cls.h.
 */
#define TCLINK_SKIP_HW (1U << 0) /* run in software only */
#define TCLINK_SKIP_SW (1U << 1) /* run in hardware only */
#define TCLINK_IN_HW (1U << 2) /* a driver has taken the filter */
#define TCLINK_NOT_IN_HW (1U << 3) /* no driver has taken the filter */

/* The backends, in the order in which tclink_attach() tries them. */
#define TCLINK_BACKEND_ANY 0U /* tclink_attach() chooses */
#define TCLINK_BACKEND_LINK 1U /* cls_bpf filter owned by a BPF link */
#define TCLINK_BACKEND_TCX 2U /* BPF link at the tcx hook of a device */
#define TCLINK_BACKEND_NETLINK 3U /* cls_bpf filter without an owner */

/**
 * Guarantees:
 * A caller names those it requires in tclink_attach_opts.require, and reads
 * those in force in tclink_info.guarantees.
 *
 *	TCLINK_		link	tcx	netlink
 *	OWNED		yes	yes	-	goes with its last reference
 *	EXCLUSIVE	yes	yes	-	only holders replace or remove it
 *	ATOMIC		yes	yes	yes	a packet sees one of two programs
 *	COMPARE_SWAP	yes	yes	-	conditional update without a race
 *	PINNABLE	yes	yes	-	can be pinned
 *	NOTIFIED	yes	-	-	descriptor can be polled
 *	OFFLOAD		yes	-	yes	can be run by hardware
 *	PARENTS		yes	-	yes	not only ingress and egress
 *	CLASSID		yes	-	yes	class id, classify only
 *	CHAIN		yes	-	yes	chains other than 0
 *	BLOCKS		yes	-	yes	shared blocks
 *	PRIORITY	yes	-	yes	priority and handle
 *	PROTOCOL	yes	-	yes	packets of one protocol only
 *
 * A link that is owned and not pinned goes at the latest with the last process
 * that has a descriptor of it. TCLINK_EXCLUSIVE means that nobody without a
 * descriptor can replace or remove the filter. It is about the filter only:
 * deleting the chain, qdisc, block or device under it severs the link all the
 * same, and whoever has CAP_SYS_ADMIN can get a descriptor by the link's id.
 * With TCLINK_ATOMIC each packet sees the old or the new program during an
 * update. With TCLINK_COMPARE_SWAP, nothing can come between the comparison of
 * an update with TCLINK_F_EXPECT_OLD and the update itself. TCLINK_NOTIFIED
 * means EPOLLHUP on tclink__fd() when the link is severed. TCLINK_PRIORITY is
 * a place among other filters.
 *
 * None of them is about verdicts: see tclink_attach() for what tcx makes of
 * them.
 */
#define TCLINK_OWNED (1U << 0)
#define TCLINK_EXCLUSIVE (1U << 1)
#define TCLINK_ATOMIC (1U << 2)
#define TCLINK_COMPARE_SWAP (1U << 3)
#define TCLINK_PINNABLE (1U << 4)
#define TCLINK_NOTIFIED (1U << 5)
#define TCLINK_OFFLOAD (1U << 6)
#define TCLINK_PARENTS (1U << 7)
#define TCLINK_CLASSID (1U << 8)
#define TCLINK_CHAIN (1U << 9)
#define TCLINK_BLOCKS (1U << 10)
#define TCLINK_PRIORITY (1U << 11)
#define TCLINK_PROTOCOL (1U << 12)

/*
 * An attached program. Made by tclink_attach(), tclink_open_*() and
 * tclink_next(), freed by tclink__destroy().
 */
struct tclink;

struct bpf_program; /* of bpf/libbpf.h, which this header does not need */

/**
 * tclink_log_fn - the log callback
 *
 * @err: the errno value of the failure, positive
 * @sentence: why it failed and what to do, without a newline; valid until the
 *	callback returns
 *
 * It is called in the thread that made the failing call, before that call
 * returns. The library holds no lock meanwhile: the callback may call the
 * library, and may change errno.
 */
typedef void (*tclink_log_fn)(int err, const char *sentence);

/**
 * tclink_set_log - choose where explanations of failures go
 *
 * @fn: the callback, or NULL for silence
 *
 * After a failure, and only then, the library finds out why and says it in one
 * sentence that a person can act on: which qdisc is missing, who holds that
 * priority and handle, which capability is missing, which backend was tried.
 * @fn gets that sentence. With NULL the library also skips most of the system
 * calls that finding a reason needs.
 *
 * Until this function is called, explanations go to standard error as
 * "libtclink: SENTENCE", as libbpf does with its warnings. The setting is for
 * the whole process. It may be changed at any time; a call that is failing in
 * another thread at that moment may still use the old callback.
 *
 * Return: the callback that was set before, to be given back later. Never
 * fails.
 *
 * Kernel: any.
 */
TCLINK_API tclink_log_fn tclink_set_log(tclink_log_fn fn);

/**
 * tclink_attach_opts - options of tclink_attach()
 *
 * @sz: size of this structure
 * @handle: handle of the filter within its priority, any number; 0: the kernel
 *	allocates one, from 1 on [TCLINK_PRIORITY]
 * @priority: 1 to 0xffff, lower runs first; 0: the kernel allocates 0xc000 or,
 *	if the chain has priorities from 0x8000 on, one less than the lowest of
 *	them; those below 0x8000 still run first [TCLINK_PRIORITY]
 * @chain_index: 0 to 0x0fffffff [TCLINK_CHAIN]
 * @protocol: ETH_P_* of linux/if_ether.h in host byte order, 0 to 0xffff: only
 *	packets of this protocol reach the program; 0: ETH_P_ALL
 *	[TCLINK_PROTOCOL, unless ETH_P_ALL]
 * @classid: class that a match selects, as TCLINK_PARENT() makes it; 0: none
 *	[TCLINK_CLASSID]
 * @gen_flags: 0, TCLINK_SKIP_HW to run in software only, or TCLINK_SKIP_SW to
 *	run in hardware only [TCLINK_OFFLOAD]
 * @flags: 0, or TCLINK_F_CLASSIFY_ONLY: the program returns a class instead of
 *	a verdict: 0 for no match, -1 for @classid, and any other number as the
 *	class id [TCLINK_CLASSID]
 * @backend: TCLINK_BACKEND_LINK, TCLINK_BACKEND_TCX or TCLINK_BACKEND_NETLINK:
 *	this one or none; TCLINK_BACKEND_ANY: the first that can do what is
 *	asked for. Name one for a program that returns TC_ACT_STOLEN or
 *	TC_ACT_TRAP, which mean "next" to tcx
 * @require: guarantees, TCLINK_OWNED to TCLINK_PROTOCOL, that must be in force
 * @reserved: 0; it stands where the compiler would leave a hole, which an
 *	initialiser need not clear
 * @expected_revision: attach only if the list of programs at the tcx hook has
 *	this number, which tclink_revision() gave; 0: whatever its number is.
 *	Only the tcx backend can do this
 *
 * Each option that is set narrows the choice of backends to those that have the
 * guarantee in brackets.
 */
struct tclink_attach_opts {
	size_t sz;
	__u32 handle;
	__u32 priority;
	__u32 chain_index;
	__u32 protocol;
	__u32 classid;
	__u32 gen_flags;
	__u32 flags;
	__u32 backend;
	__u32 require;
	__u32 reserved;
	__u64 expected_revision;
	__extension__ size_t :0;
};
#define tclink_attach_opts__last_field expected_revision

/**
 * tclink_attach, tclink_attach_program - attach a TC classifier program
 *
 * @prog_fd: descriptor of a loaded BPF_PROG_TYPE_SCHED_CLS program
 * @prog: the same as a program of libbpf(3) whose object has been loaded
 * @ifindex: device in the network namespace of the calling thread, or
 *	TCLINK_BLOCK
 * @parent: TCLINK_INGRESS, TCLINK_EGRESS or TCLINK_PARENT(); with TCLINK_BLOCK
 *	the index of the block. 0 is refused: netlink reads it as the root
 *	qdisc, which is seldom what the caller meant
 * @opts: options, or NULL
 *
 * With the link and tcx backends, the object that is returned owns what it
 * attached. With netlink nothing owns it, and netlink is what a stock kernel
 * gets when, for example, a priority is set: set @opts->require to TCLINK_OWNED
 * to rule that out. The kernel takes a reference of its own to the program: the
 * descriptor, or the object of libbpf, stays the caller's and may be closed at
 * once.
 *
 * The backend is the first of link, tcx and netlink that this kernel has and
 * that has the guarantees which the target and the options ask for. A parent
 * other than TCLINK_INGRESS and TCLINK_EGRESS asks for TCLINK_PARENTS, and
 * TCLINK_BLOCK asks for TCLINK_BLOCKS. Another backend is tried only if the
 * kernel turns out not to have this one, not if it fails for another reason,
 * such as a missing module cls_bpf. tclink__info() reports the backend and the
 * guarantees in force.
 *
 * If @parent is TCLINK_INGRESS or TCLINK_EGRESS and the device has no clsact
 * qdisc, the library creates one, except for tcx, which needs none. A qdisc
 * that somebody else creates at the same moment serves as well. None is created
 * if the program has another type or an option is out of range. The library
 * never deletes a qdisc, not even if the attach then fails, because others may
 * already be using it. With the link and tcx backends, a successful call makes
 * one system call, bpf(2), except to create clsact and, in the first call, to
 * read the kernel's BTF.
 *
 * With the netlink backend the object keeps a netlink socket, and so the
 * network namespace of the calling thread, for its later calls. The filter is
 * named after the program and its id, as "drop:[42]". If the kernel's answer is
 * lost for lack of memory, the library looks for a filter with this program and
 * these options. If there is one, attaching has succeeded. If there are
 * several, it fails with ENOBUFS and may have left one behind.
 *
 * In a filter, the program's return value is a TC_ACT_* verdict. A program at
 * the tcx hook runs before all filters of TC. TC_ACT_OK, TC_ACT_SHOT and
 * TC_ACT_REDIRECT mean there what they mean in a filter. Any other value means
 * TC_ACT_UNSPEC, that is, the next program and then TC; this includes
 * TC_ACT_STOLEN and TC_ACT_TRAP. Do not give a program that returns those two
 * to tcx: name another backend. A hook can have each program only once.
 *
 * Return: the object, to be freed with tclink__destroy(), or NULL with errno
 * set. tclink_set_log() says where the reason of a failure is explained.
 *
 * Errors:
 *   EOPNOTSUPP	no backend of this kernel has what is required or asked for, or
 *		the backend that was named lacks it
 *   EOPNOTSUPP	the qdisc cannot have filters
 *   EOPNOTSUPP	the qdisc uses a shared block: name the block instead, with
 *		TCLINK_BLOCK
 *   EOPNOTSUPP	netlink: no hardware took a filter with TCLINK_SKIP_SW, on a
 *		device without hardware offload
 *   EPERM	link, netlink: no CAP_NET_ADMIN over the user namespace that
 *		owns the network namespace
 *   EPERM	tcx: a security module objects. Otherwise whoever holds the
 *		program's descriptor may attach it: loading it already required
 *		CAP_NET_ADMIN
 *   ENODEV	no such device in this network namespace
 *   EEXIST	a filter with this chain, protocol, priority and handle exists
 *   EEXIST	tcx: this hook has the program already
 *   ENOENT	the qdisc has no such class, or it is ingress, which has no
 *		egress
 *   ENOENT	the module cls_bpf, or sch_ingress for a missing clsact, cannot
 *		be loaded
 *   EINVAL	@prog is NULL or not loaded; @prog_fd is not a program, or one
 *		of another type
 *   EINVAL	@parent is 0; there is no such qdisc or block; the qdisc has no
 *		classes
 *   EINVAL	the priority belongs to another kind of classifier or to another
 *		protocol, or the chain to another kind of classifier
 *   EINVAL	priority, chain or protocol is out of range; flags, guarantees
 *		or backend are unknown or contradict each other
 *   EINVAL	no hardware took a filter with TCLINK_SKIP_SW
 *   EINVAL	the program is bound to a device, and the filter has no
 *		TCLINK_SKIP_SW or is on another device. tcx does not check this:
 *		do not give it such a program
 *   EINVAL	unusable @opts->sz
 *   ENOSPC	no priority is left to allocate; EINVAL in older kernels
 *   ESTALE	tcx: the revision is not @opts->expected_revision
 *   ERANGE	tcx: the hook has as many programs as it can hold
 *   E2BIG	an option that this library does not know is set, or
 *		@opts->reserved
 *   EBADF	@prog_fd is not open
 *   ENOMEM, ENOBUFS, EMFILE, ENFILE
 *		no memory, or too many open files
 * A driver that refuses the filter may return others. Errno values come from
 * BPF_LINK_CREATE, link_create() in kernel/bpf/syscall.c and what it calls in
 * net/sched/ and kernel/bpf/tcx.c, from RTM_NEWTFILTER, tc_new_tfilter() in
 * net/sched/cls_api.c, and from the RTM_NEWQDISC of a missing clsact.
 *
 * Kernel: that of the backend, see tclink(7).
 */
TCLINK_API struct tclink *tclink_attach(int prog_fd, __u32 ifindex,
					__u32 parent,
					const struct tclink_attach_opts *opts);
TCLINK_API struct tclink *
tclink_attach_program(const struct bpf_program *prog, __u32 ifindex,
		      __u32 parent, const struct tclink_attach_opts *opts);

/**
 * tclink_update_opts - options of tclink__update()
 *
 * @sz: size of this structure
 * @flags: 0, or TCLINK_F_EXPECT_OLD: update only while the program of
 *	@old_prog_fd is the attached one. With TCLINK_COMPARE_SWAP in force
 *	nothing can come in between
 * @old_prog_fd: with TCLINK_F_EXPECT_OLD, descriptor of that program, 0 being a
 *	descriptor like any other; without the flag, 0
 */
struct tclink_update_opts {
	size_t sz;
	__u32 flags;
	int old_prog_fd;
	__extension__ size_t :0;
};
#define tclink_update_opts__last_field old_prog_fd

/**
 * tclink__update, tclink__update_program - replace the program of a link
 *
 * @link: the link
 * @prog_fd: descriptor of the new program; stays the caller's and may be closed
 *	at once
 * @prog: the same as a program of libbpf(3) whose object has been loaded; stays
 *	the caller's
 * @opts: options, or NULL
 *
 * The update is one atomic swap: the filter keeps its handle, priority and
 * place, and every packet sees either the old or the new program. On failure
 * the old program keeps running. The new program may be the one that is
 * attached already.
 *
 * The netlink backend first checks that the filter still runs the program that
 * this object attached, and otherwise leaves it alone. There is a short race: a
 * filter that somebody else puts there between the check and the update, a few
 * microseconds, is overwritten. Only TCLINK_COMPARE_SWAP and TCLINK_EXCLUSIVE
 * exclude that. If the kernel's answer is lost for lack of memory, the library
 * checks again. After ENOBUFS either program may be the attached one, and
 * tclink__info() tells which.
 *
 * Return: 0, or -errno with errno set.
 *
 * Errors:
 *   ENOLINK	the link is severed
 *   ENOLINK	netlink: somebody else deleted or replaced the filter
 *   EPERM	with TCLINK_F_EXPECT_OLD: another program is attached
 *   EPERM	netlink: no CAP_NET_ADMIN
 *   EEXIST	tcx: the hook has the new program already, through another link
 *   EINVAL	@link is NULL; @prog is NULL or not loaded; @prog_fd is not a
 *		program, or one of another type
 *   EINVAL	the program is bound to a device, and the link has no
 *		TCLINK_SKIP_SW or is on another device. tcx does not check this:
 *		do not give it such a program
 *   EINVAL	unknown flags; @opts->old_prog_fd without its flag; unusable
 *		@opts->sz
 *   E2BIG	an option that this library does not know is set
 *   EBADF	@prog_fd or @opts->old_prog_fd is not open
 *   EBADF	netlink: another process attached
 *   ENOMEM, ENOBUFS
 *		no memory
 * A driver that refuses the program may return others. Errno values come from
 * BPF_LINK_UPDATE, link_update() in kernel/bpf/syscall.c, or from
 * RTM_NEWTFILTER, tc_new_tfilter() in net/sched/cls_api.c.
 *
 * Kernel: any that has the backend of the link.
 */
TCLINK_API int tclink__update(struct tclink *link, int prog_fd,
			      const struct tclink_update_opts *opts);
TCLINK_API int tclink__update_program(struct tclink *link,
				      const struct bpf_program *prog,
				      const struct tclink_update_opts *opts);

/**
 * tclink__detach - remove the filter now, whoever else holds the link
 *
 * @link: the link; it stays, severed, until tclink__destroy()
 *
 * Pins stay too, and lead to the severed link. Detaching a link that is already
 * severed succeeds. The netlink backend deletes the filter only while it runs
 * the program that this object attached, with the same short race as in
 * tclink__update().
 *
 * Return: 0, or -errno with errno set.
 *
 * Errors:
 *   EINVAL	@link is NULL
 *   EBADF	the caller closed the descriptor behind the library's back
 *   EBADF	netlink: another process attached
 *   EPERM	netlink: no CAP_NET_ADMIN
 *   ENOMEM, ENOBUFS
 *		netlink: no memory
 * They come from BPF_LINK_DETACH, link_detach() in kernel/bpf/syscall.c, or
 * from RTM_DELTFILTER, tc_del_tfilter() in net/sched/cls_api.c.
 *
 * Kernel: any that has the backend of the link.
 */
TCLINK_API int tclink__detach(struct tclink *link);

/**
 * tclink__destroy - close the link and free the object
 *
 * @link: the link, not to be used afterwards; NULL does nothing
 *
 * The filter is removed if this was the last reference: no pin is left, and no
 * descriptor of the same link in this or another process. The same happens
 * without this call when the process ends. After tclink__disconnect() the
 * descriptor stays open, and so the filter stays.
 *
 * With the netlink backend this call does what tclink__detach() does, unless
 * tclink__disconnect() was called. If this call fails, the filter is left
 * behind: call tclink__detach() first if that matters. The filter is also left
 * behind if the process ends without this call. A process other than the one
 * that attached leaves the filter alone.
 *
 * No other call may use the object while this one runs.
 *
 * Return: 0, with errno left alone, or -errno with errno set. The object is
 * freed in any case.
 *
 * Errors: those of close(2) and, with netlink, of tclink__detach(), except that
 * NULL is allowed and another process is no error.
 *
 * Kernel: any that has the backend of the link.
 */
TCLINK_API int tclink__destroy(struct tclink *link);

/**
 * tclink__disconnect - separate the object from its descriptor
 *
 * @link: the link; NULL does nothing
 *
 * After this call tclink__destroy() frees the object and leaves the descriptor
 * open. It belongs to the caller, who gets it from tclink__fd() beforehand. The
 * filter lives until that descriptor is closed, at the latest by the end of the
 * process, unless there are other references. This is what
 * bpf_link__disconnect() means for links that are descriptors. The other
 * functions go on using the descriptor, so once it is closed, call none except
 * tclink__destroy().
 *
 * This call serves to hand a link on, over a UNIX socket or through execve(2)
 * after clearing FD_CLOEXEC; tclink_open_fd() makes an object of it again. With
 * the netlink backend there is no such descriptor: the filter stays until
 * somebody deletes it.
 *
 * No other call may use the object while this one runs.
 *
 * Kernel: any that has the backend of the link.
 */
TCLINK_API void tclink__disconnect(struct tclink *link);

/**
 * tclink__fd - get the descriptor of the link
 *
 * @link: the link
 *
 * The descriptor is close-on-exec. It can be given to bpf(2) and sent over a
 * UNIX socket. With TCLINK_NOTIFIED in force it can also be polled, by poll(2),
 * epoll(7) or an event loop: EPOLLHUP, and nothing else, says that the link is
 * severed. It stays the object's, and tclink__destroy() closes it.
 *
 * Return: the descriptor, or -errno with errno set.
 *
 * Errors:
 *   EINVAL	@link is NULL
 *   EOPNOTSUPP	the netlink backend has no descriptor
 *
 * Kernel: any that has the backend of the link.
 */
TCLINK_API int tclink__fd(const struct tclink *link);

/**
 * tclink__wait - wait until the link is severed
 *
 * @link: the link
 * @timeout_ms: how long at most, in milliseconds; 0 checks once and does not
 *	wait; a negative number waits for ever
 *
 * A link is severed when the qdisc, chain, device or network namespace under
 * its filter goes away, or when somebody detaches it. It stays severed.
 *
 * With TCLINK_NOTIFIED in force this is poll(2) on tclink__fd(). Otherwise the
 * library checks every 200 ms, as tclink__info() does. A filter of the netlink
 * backend also counts as severed when somebody else has replaced it.
 *
 * Return: 0 once the link is severed, or -errno with errno set.
 *
 * Errors:
 *   ETIMEDOUT	the time is over, and the link is not severed
 *   EINTR	a signal handler ran during the wait
 *   EINVAL	@link is NULL
 *   EBADF	the caller closed the descriptor behind the library's back
 *   EBADF	netlink: another process attached
 *   ENOMEM, ENOBUFS
 *		no memory
 * The first two are no failures, and nothing is logged for them.
 *
 * Kernel: any that has the backend of the link. It notifies with the link
 * backend; the library checks links of tcx and filters of netlink.
 */
TCLINK_API int tclink__wait(const struct tclink *link, int timeout_ms);

/**
 * tclink__pin - give the link a name in a BPF file system
 *
 * @link: the link
 * @path: a path that does not exist, in a directory of a mounted bpf file
 *	system, usually /sys/fs/bpf; copied
 *
 * The pin is a reference: the filter outlives the process, until the pin is
 * removed and no descriptor is left, or until the system goes down. Whoever may
 * read and write the pin can open the link with tclink_open_path(). The object
 * remembers the path for tclink__unpin(), one at a time.
 *
 * No other call may use the object while this one runs.
 *
 * Return: 0, or -errno with errno set.
 *
 * Errors:
 *   EINVAL	@link or @path is NULL
 *   EOPNOTSUPP	the backend lacks TCLINK_PINNABLE
 *   EBUSY	the object has a pin already
 *   EEXIST	@path exists
 *   ENOENT	its directory does not exist
 *   EPERM	@path is not in a BPF file system
 *   EPERM	a name below the mount contains a dot
 *   EPERM	the caller is not permitted to pin
 *   EBADF	the caller closed the descriptor behind the library's back
 *   EACCES	the directory cannot be written
 *   ENOMEM	no memory
 * There are others of path_resolution(7). Errno values come from BPF_OBJ_PIN,
 * bpf_obj_do_pin() in kernel/bpf/inode.c.
 *
 * Kernel: the link and tcx backends.
 */
TCLINK_API int tclink__pin(struct tclink *link, const char *path);

/**
 * tclink__unpin - remove the pin of the link
 *
 * @link: the link
 *
 * The object remembers the path that was given to tclink__pin() or
 * tclink_open_path(). This call unlinks it, after checking that it still is a
 * pin of this link. There is a short race: an object placed there between the
 * check and the unlink is removed instead. A relative path counts from the
 * current directory of the process. The object and its descriptor stay, and so
 * does the filter. The kernel drops a pin's reference a moment after the path
 * is gone: if it was the last one, that is when the filter goes.
 *
 * No other call may use the object while this one runs.
 *
 * Return: 0, or -errno with errno set. After 0, ENOENT and ESTALE the object
 * knows of no pin.
 *
 * Errors:
 *   EINVAL	@link is NULL, or the object knows of no pin
 *   ESTALE	the path leads to another object by now, is a symbolic link, or
 *		is outside of the BPF file systems; it is left alone
 *   ENOENT	the path is gone
 *   EBADF	the caller closed the descriptor behind the library's back
 *   EPERM, EACCES, EMFILE, ENFILE, ENOMEM
 *		and others of unlink(2)
 *
 * Kernel: the link and tcx backends.
 */
TCLINK_API int tclink__unpin(struct tclink *link);

/**
 * tclink_open_path - open a pinned link
 *
 * @path: where it is pinned; copied and remembered for tclink__unpin()
 *
 * Links are of the link and tcx backends; a filter of the netlink backend
 * cannot be opened. The object has a descriptor of its own and holds the link
 * while it exists: if the owner ends meanwhile, the filter goes only when this
 * object is destroyed.
 *
 * Return: an object, to be freed with tclink__destroy(), or NULL with errno
 * set.
 *
 * Errors:
 *   EINVAL	@path is NULL; what is pinned there is neither a TC nor a tcx
 *		link
 *   ENOENT	no such path
 *   EPERM	a name below the mount contains a dot, which no pin can have
 *   EACCES	@path is not in a BPF file system, or the caller may not read
 *		and write it
 *   ENOMEM, EMFILE, ENFILE
 *		and others of path_resolution(7)
 * They come from BPF_OBJ_GET, bpf_obj_get_user() in kernel/bpf/inode.c.
 *
 * Kernel: one that has the link or the tcx backend.
 */
TCLINK_API struct tclink *tclink_open_path(const char *path);

/**
 * tclink_open_id - open a link by its id
 *
 * @id: the id, as tclink_info.id, "bpftool link" and the attribute
 *	TCA_BPF_LINK_ID of a filter give it
 *
 * The object is like that of tclink_open_path(), and knows of no pin.
 *
 * Return: an object, to be freed with tclink__destroy(), or NULL with errno
 * set.
 *
 * Errors:
 *   ENOENT	no link has this id
 *   EINVAL	the link is neither a TC nor a tcx link
 *   EPERM	no CAP_SYS_ADMIN
 *   EAGAIN	the link is being created; try again
 *   ENOMEM, EMFILE, ENFILE
 *		no memory, or too many open files
 * They come from BPF_LINK_GET_FD_BY_ID in kernel/bpf/syscall.c.
 *
 * Kernel: one that has the link or the tcx backend.
 */
TCLINK_API struct tclink *tclink_open_id(__u32 id);

/**
 * tclink_open_fd - make an object of a link descriptor
 *
 * @fd: descriptor of a TC or tcx link; duplicated, so it stays the caller's to
 *	close
 *
 * The descriptor may be inherited, or received over a UNIX socket. The object
 * is like that of tclink_open_path(), and knows of no pin.
 *
 * Return: an object, to be freed with tclink__destroy(), or NULL with errno
 * set.
 *
 * Errors:
 *   EBADF	@fd is not open
 *   EINVAL	@fd is not a BPF link, or neither a TC nor a tcx link
 *   ENOMEM, EMFILE
 *		no memory, or too many open files
 *
 * Kernel: one that has the link or the tcx backend.
 */
TCLINK_API struct tclink *tclink_open_fd(int fd);

/**
 * tclink_info - what is known of a link
 *
 * @sz: size of this structure, set by the caller
 * @id: id of the link; 0 with the netlink backend
 * @prog_id: id of the attached program
 * @severed: 1 if the filter is gone, else 0. If it is gone, @ifindex is 0, the
 *	filter is in no hardware, and the rest keeps the last values
 * @ifindex: index of the device, in the network namespace @netns_ino;
 *	TCLINK_BLOCK for a shared block; 0 if severed
 * @parent: as for tclink_attach()
 * @handle, @priority, @chain_index, @classid: as in the options of
 *	tclink_attach(); 0 with the tcx backend
 * @protocol: in host byte order, ETH_P_ALL for all
 * @gen_flags: TCLINK_SKIP_HW or TCLINK_SKIP_SW, if it was asked for, and
 *	TCLINK_IN_HW if a driver has taken the filter, else TCLINK_NOT_IN_HW,
 *	which it always is with the tcx backend
 * @in_hw_count: number of hardware tables that hold the filter; 0 with the
 *	netlink backend: the library reads no more than TCLINK_IN_HW there
 * @block_index: index of the block that the filter is in; 0 if the block is not
 *	shared
 * @netns_ino: inode number of the network namespace, as that of
 *	/proc/self/ns/net; 0 if it is unknown. The kernel does not tell that of
 *	a tcx link: the library can only find out if it is that of the calling
 *	thread, which needs CAP_NET_ADMIN
 * @flags: TCLINK_F_CLASSIFY_ONLY or 0
 * @backend: TCLINK_BACKEND_LINK, TCLINK_BACKEND_TCX or TCLINK_BACKEND_NETLINK
 * @guarantees: those in force, TCLINK_OWNED to TCLINK_PROTOCOL
 *
 * These are the tc or tcx members of struct bpf_link_info in linux/bpf.h, or of
 * the answer to RTM_GETTFILTER. What the kernel allocated is reported as
 * allocated.
 */
struct tclink_info {
	size_t sz;
	__u32 id;
	__u32 prog_id;
	__u32 severed;
	__u32 ifindex;
	__u32 parent;
	__u32 handle;
	__u32 priority;
	__u32 chain_index;
	__u32 protocol;
	__u32 classid;
	__u32 gen_flags;
	__u32 in_hw_count;
	__u32 block_index;
	__u32 netns_ino;
	__u32 flags;
	__u32 backend;
	__u32 guarantees;
	__extension__ size_t :0;
};
#define tclink_info__last_field guarantees

/**
 * tclink__info - read what is known of a link
 *
 * @link: the link, severed or not
 * @info: filled in up to @info->sz, which the caller sets, as
 *	TCLINK_OPTS(tclink_info, info) does; bytes beyond what the library knows
 *	become zero. Unchanged on failure
 *
 * The answer is a snapshot: what others do to the link later shows only in the
 * next call. tclink_next() finds the links of others, and
 * tclink_backend_name() and tclink_guarantee_name() have the words for numbers.
 *
 * Return: 0, or -errno with errno set.
 *
 * Errors:
 *   EINVAL	@link or @info is NULL; unusable @info->sz
 *   EBADF	the caller closed the descriptor behind the library's back
 *   EBADF	netlink: another process attached
 *   ENOMEM, ENOBUFS
 *		netlink could not be asked
 * They come from BPF_OBJ_GET_INFO_BY_FD, bpf_link_get_info_by_fd() in
 * kernel/bpf/syscall.c, or from RTM_GETTFILTER, tc_get_tfilter() in
 * net/sched/cls_api.c.
 *
 * Kernel: any that has the backend of the link.
 */
TCLINK_API int tclink__info(const struct tclink *link,
			    struct tclink_info *info);

/**
 * tclink_next_opts - options of tclink_next()
 *
 * @sz: size of this structure
 * @ifindex: only links on this device of the calling thread's network
 *	namespace, or on shared blocks with TCLINK_BLOCK; severed links are on
 *	no device. 0: all links
 * @backend: TCLINK_BACKEND_LINK or TCLINK_BACKEND_TCX: only its links;
 *	TCLINK_BACKEND_ANY: those of both
 */
struct tclink_next_opts {
	size_t sz;
	__u32 ifindex;
	__u32 backend;
	__extension__ size_t :0;
};
#define tclink_next_opts__last_field backend

/**
 * tclink_next - go through the TC and tcx links of the system, by ascending id
 *
 * @id: in: where to go on, 0 to begin; out: the id of the link returned
 * @opts: options, or NULL
 *
 * This call opens the link with the lowest id above the number that @id points
 * to, and replaces that number with the id of the link:
 *
 *	__u32 id = 0;
 *
 *	while ((link = tclink_next(&id, NULL))) {
 *		...
 *		tclink__destroy(link);
 *	}
 *	if (errno != ENOENT)
 *		it failed;
 *
 * The walk sees links of all network namespaces and of all owners, severed ones
 * too. Links created or released during the walk may or may not be returned.
 * Each object holds its link while it exists, so destroy it soon. Filters of
 * the netlink backend have no id and are not seen.
 *
 * Return: an object as for tclink_open_id(), or NULL with errno set.
 *
 * Errors:
 *   ENOENT	there are no more; @id is unchanged and nothing is logged
 *   EPERM	no CAP_SYS_ADMIN
 *   EOPNOTSUPP	the kernel has no links of @opts->backend, or of neither kind
 *   EINVAL	@id is NULL; no such backend, or netlink; unusable @opts->sz
 *   E2BIG	an option that this library does not know is set
 *   ENOMEM, EMFILE, ENFILE
 *		no memory, or too many open files
 * They come from BPF_LINK_GET_NEXT_ID and BPF_LINK_GET_FD_BY_ID.
 *
 * Kernel: one that has the link or the tcx backend.
 */
TCLINK_API struct tclink *tclink_next(__u32 *id,
				      const struct tclink_next_opts *opts);

/**
 * tclink_features - what the running kernel can do
 *
 * @sz: size of this structure, set by the caller
 * @link: 1 if the kernel makes TC links, else 0
 * @link_type: number of BPF_LINK_TYPE_TC in this kernel, 0 if it has none
 * @attach_type: number of BPF_TC in this kernel, 0 if it has none
 * @tcx: 1 if the kernel makes tcx links, else 0
 */
struct tclink_features {
	size_t sz;
	__u32 link;
	__u32 link_type;
	__u32 attach_type;
	__u32 tcx;
	__extension__ size_t :0;
};
#define tclink_features__last_field tcx

/**
 * tclink_probe - find out what the running kernel can do
 *
 * @features: filled in up to @features->sz, which the caller sets, as
 *	TCLINK_OPTS(tclink_features, features) does; bytes beyond what the
 *	library knows become zero. Unchanged on failure
 *
 * The library loads a program of two instructions and attaches it to a device
 * that cannot exist, once as each kind of link: ENODEV says that the kernel
 * knows how. It keeps the answers for the life of the process. A kernel without
 * such links is an answer, not a failure. There is no need to call this before
 * tclink_attach().
 *
 * Return: 0, or -errno with errno set.
 *
 * Errors:
 *   EINVAL	@features is NULL; unusable @features->sz
 *   EPERM	no CAP_NET_ADMIN, or no CAP_BPF to load the program
 *   ENOMEM	no memory
 * BPF_PROG_LOAD and BPF_LINK_CREATE of bpf(2) have others. Failures are not
 * kept.
 *
 * Kernel: any.
 */
TCLINK_API int tclink_probe(struct tclink_features *features);

/**
 * tclink_revision - get the number of the list of programs at a tcx hook
 *
 * @ifindex: device in the network namespace of the calling thread
 * @parent: TCLINK_INGRESS or TCLINK_EGRESS
 * @revision: out: the number. Unchanged on failure
 *
 * The number changes whenever a program comes, goes or is replaced there. It is
 * for expected_revision in the options of tclink_attach(). It does not identify
 * a list uniquely: after the last program goes, counting restarts at 1 and may
 * reach an earlier value.
 *
 * Return: 0, or -errno with errno set.
 *
 * Errors:
 *   EINVAL	@revision is NULL; @parent is neither TCLINK_INGRESS nor
 *		TCLINK_EGRESS
 *   EOPNOTSUPP	no tcx in this kernel
 *   ENODEV	no such device in this network namespace
 *   EPERM	no CAP_NET_ADMIN
 * They come from BPF_PROG_QUERY, tcx_prog_query() in kernel/bpf/tcx.c.
 *
 * Kernel: Linux 6.6 with CONFIG_NET_XGRESS.
 */
TCLINK_API int tclink_revision(__u32 ifindex, __u32 parent, __u64 *revision);

/**
 * tclink_backend_guarantees - get what a backend promises
 *
 * @backend: TCLINK_BACKEND_LINK, TCLINK_BACKEND_TCX or TCLINK_BACKEND_NETLINK
 *
 * The answer is that of the table in tclink(7), and says nothing of the running
 * kernel.
 *
 * Return: the guarantees, TCLINK_OWNED to TCLINK_PROTOCOL; 0 for any other
 * number. Never fails.
 *
 * Kernel: any.
 */
TCLINK_API __u32 tclink_backend_guarantees(__u32 backend);

/**
 * tclink_backend_name - get the name of a backend
 *
 * @backend: TCLINK_BACKEND_ANY, TCLINK_BACKEND_LINK, TCLINK_BACKEND_TCX or
 *	TCLINK_BACKEND_NETLINK
 *
 * The name is the one that the messages of the library and the command use.
 *
 * Return: "any", "link", "tcx" or "netlink", valid for ever, or NULL with errno
 * set.
 *
 * Errors:
 *   EINVAL	@backend is any other number
 *
 * Kernel: any.
 */
TCLINK_API const char *tclink_backend_name(__u32 backend);

/**
 * tclink_guarantee_name - get the name of a guarantee
 *
 * @guarantee: one bit of TCLINK_OWNED to TCLINK_PROTOCOL
 *
 * The name is the one that the messages of the library and the command use.
 *
 * Return: "owned", "exclusive", "atomic", "compare-swap", "pinnable",
 * "notified", "offload", "parents", "classid", "chain", "blocks", "priority" or
 * "protocol", valid for ever, or NULL with errno set.
 *
 * Errors:
 *   EINVAL	@guarantee is anything else
 *
 * Kernel: any.
 */
TCLINK_API const char *tclink_guarantee_name(__u32 guarantee);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TCLINK_TCLINK_H */
