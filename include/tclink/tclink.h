/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/**
 * libtclink: TC classifier programs with an owner.
 *
 * A struct tclink is one attached program. Three backends can hold it; what
 * each of them promises is listed at TCLINK_OWNED and below:
 *
 *   link		a BPF link of type BPF_LINK_TYPE_TC: a cls_bpf filter that
 *		belongs to whoever holds the link. Netlink can neither replace
 *		nor delete it, and it goes when the last reference to the link
 *		goes. References are file descriptors, in whichever process,
 *		and pins in a BPF file system. Needs a kernel with the tclink
 *		series.
 *   tcx		a BPF link of type BPF_LINK_TYPE_TCX: the same ownership of a
 *		slot at the ingress or egress hook of a device, and nothing of
 *		the rest of TC. Linux 6.6 with CONFIG_NET_XGRESS.
 *   netlink	a cls_bpf filter made by netlink, which anybody may replace or
 *		delete and which stays when the process is killed. Linux 4.13,
 *		shared blocks 4.16.
 *
 * tclink_attach() takes the first of them that the kernel has and that can do
 * all that the options ask for, unless the options name one. Nothing asked for
 * is dropped in silence: if no backend can do it, attaching fails.
 *
 * When the qdisc, chain, device or network namespace under the filter goes
 * away, or tclink__detach() is called, the link is *severed*: the filter is
 * gone, the object is still there and can be asked for its last values, and
 * tclink__wait() returns. A severed link stays severed. A tcx link is severed
 * only with its device's deletion or by tclink__detach(); moving the device to
 * another namespace does not.
 *
 * Errors
 *   Functions that return int return 0 (or what they document) on success. On
 *   failure they return -errno and set errno to the same value. Functions that
 *   return a pointer return NULL on failure and set errno. The errno values of
 *   the kernel are passed through unchanged, unless a function documents a more
 *   telling one, and but for the EBADFD with which some of its functions mean
 *   EBADF. errno is unspecified after success, except that tclink__destroy()
 *   leaves it alone when it returns 0. After a failure, and only then, the
 *   library finds out why and says it in one sentence; see tclink_set_log().
 *   libbpf may print warnings of its own: libbpf_set_print() silences them.
 *
 * Options
 *   A pointer to an opts structure may be NULL: every option has its default.
 *   Otherwise set all of it to zero, then ->sz to its size, as
 *   TCLINK_OPTS() does. A structure from an older header (smaller sz)
 *   has the defaults for what it lacks. sz below sizeof(size_t) gives EINVAL.
 *   A structure from a newer header may be longer than the library knows:
 *   E2BIG if a byte of the unknown part is not zero, as bpf(2) does it.
 *
 * Threads
 *   Any function may run in any thread. Two threads may use the same object
 *   at once, except for tclink__pin(), tclink__unpin(), tclink__disconnect()
 *   and tclink__destroy(), which nothing may run beside on the same object.
 *   The only state of the process that they share is the log callback and
 *   what was learnt about the kernel. No function is safe against
 *   cancellation of its thread, pthread_cancel().
 *
 * Fork
 *   A child holds every link that its parent had at fork(2), until it closes
 *   it, executes or ends: a filter stays until both have let go. An object of
 *   the netlink backend belongs to the process that attached. In another one
 *   tclink__update(), tclink__detach(), tclink__info() and tclink__wait() fail
 *   with EBADF, and tclink__destroy() frees the object and leaves the filter
 *   alone.
 *
 * Names and numbers
 *   A program descriptor, prog_fd, stays the caller's: the kernel takes a
 *   reference of its own, so it may be closed as soon as the call returns.
 *   Integers are in host byte order, the protocol too.
 *
 * Kernel
 *   The link backend needs Linux with the tclink series (BPF_LINK_TYPE_TC and
 *   BPF_TC in enum bpf_link_type and enum bpf_attach_type of its
 *   uapi/linux/bpf.h), CONFIG_NET_CLS_BPF and CONFIG_DEBUG_INFO_BTF. The
 *   numbers of the two enumerators differ between kernels: the library reads
 *   them by name from /sys/kernel/btf/vmlinux, at the first call that needs
 *   them, once for each process. Functions say where they need another kernel
 *   than their backend does.
 */
#ifndef TCLINK_TCLINK_H
#define TCLINK_TCLINK_H

#include <stddef.h>
#include <linux/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this header; the library's soname changes with the ABI only. */
#define TCLINK_MAJOR_VERSION 0
#define TCLINK_MINOR_VERSION 1

#ifndef TCLINK_API
#define TCLINK_API __attribute__((visibility("default")))
#endif

/**
 * Declare a local variable NAME of struct TYPE, all zero but for ->sz:
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
 * Parents: the attach point of a filter on a device.
 *
 * TCLINK_INGRESS and TCLINK_EGRESS are the two sides of the clsact qdisc,
 * TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) and the same with TC_H_MIN_EGRESS
 * of linux/pkt_sched.h. TCLINK_PARENT(1, 0x10) is what tc(8) writes as 1:10;
 * a minor of 0 names the qdisc itself. It makes a classid, too.
 *
 * The old ingress qdisc has the same handle as clsact and no egress side:
 * TCLINK_EGRESS fails there with ENOENT, except with the tcx backend, which
 * needs no qdisc.
 */
#define TCLINK_INGRESS 0xfffffff2U
#define TCLINK_EGRESS 0xfffffff3U
#define TCLINK_PARENT(major, minor) \
	(((__u32)(major) << 16) | ((__u32)(minor) & 0xffffU))

/**
 * In place of an ifindex: the target is a shared block and the parent its
 * index. TCM_IFINDEX_MAGIC_BLOCK of linux/rtnetlink.h.
 */
#define TCLINK_BLOCK 0xffffffffU

/**
 * tclink_attach_opts.flags: the program only classifies. It returns 0 for no
 * match, -1 for the classid of the options and anything else as the classid,
 * instead of a TC_ACT_* verdict. BPF_F_TC_CLASSIFY_ONLY of the kernel.
 */
#define TCLINK_F_CLASSIFY_ONLY (1U << 0)

/**
 * tclink_update_opts.flags: old_prog_fd is set, and the update is to happen
 * only while that program is the attached one. BPF_F_REPLACE of linux/bpf.h.
 */
#define TCLINK_F_EXPECT_OLD (1U << 0)

/**
 * tclink_attach_opts.gen_flags and tclink_info.gen_flags. The first two can
 * be asked for, one or the other; the last two are only reported. They are
 * the TCA_CLS_FLAGS_* of linux/pkt_cls.h.
 */
#define TCLINK_SKIP_HW (1U << 0) /* run in software only */
#define TCLINK_SKIP_SW (1U << 1) /* run in hardware only */
#define TCLINK_IN_HW (1U << 2) /* a driver has taken the filter */
#define TCLINK_NOT_IN_HW (1U << 3) /* no driver has taken the filter */

/** The backends, in the order in which tclink_attach() tries them. */
#define TCLINK_BACKEND_ANY 0U /* tclink_attach() chooses */
#define TCLINK_BACKEND_LINK 1U /* cls_bpf filter owned by a BPF link */
#define TCLINK_BACKEND_TCX 2U /* BPF link at the tcx hook of a device */
#define TCLINK_BACKEND_NETLINK 3U /* cls_bpf filter without an owner */

/**
 * Guarantees: what a caller can require in tclink_attach_opts.require, and
 * what tclink_info.guarantees says is in force.
 *
 *			link	tcx	netlink
 *   OWNED		yes	yes	-	goes with its last reference, at
 *						the latest with the last process
 *						that has a descriptor, if it is
 *						not pinned
 *   EXCLUSIVE		yes	yes	-	nobody without a descriptor of
 *						it can replace or remove it
 *   ATOMIC		yes	yes	yes	update: each packet sees the old
 *						or the new program
 *   COMPARE_SWAP	yes	yes	-	update with TCLINK_F_EXPECT_OLD
 *						leaves no time in between
 *   PINNABLE		yes	yes	-	tclink__pin()
 *   NOTIFIED		yes	-	-	EPOLLHUP on tclink__fd() when it
 *						is severed
 *   OFFLOAD		yes	-	yes	can be run by hardware
 *   PARENTS		yes	-	yes	parents other than ingress and
 *						egress
 *   CLASSID		yes	-	yes	classid, TCLINK_F_CLASSIFY_ONLY
 *   CHAIN		yes	-	yes	chains other than 0
 *   BLOCKS		yes	-	yes	shared blocks
 *   PRIORITY		yes	-	yes	priority and handle; a place among
 *						other filters
 *   PROTOCOL		yes	-	yes	packets of one protocol only
 *
 * EXCLUSIVE is about the filter: deleting the chain, qdisc, block or device
 * under it severs the link all the same, and who has CAP_SYS_ADMIN can get a
 * descriptor by the link's id.
 *
 * None of them is about verdicts: tcx takes TC_ACT_OK, TC_ACT_SHOT and
 * TC_ACT_REDIRECT and turns all others, TC_ACT_STOLEN and TC_ACT_TRAP too, into
 * TC_ACT_UNSPEC, "next". A program that returns those must not be given to tcx:
 * name another backend.
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

/** An attached program. Made by tclink_attach(), tclink_open_*() and
 * tclink_next(), freed by tclink__destroy().
 */
struct tclink;

struct bpf_program; /* of bpf/libbpf.h, which this header does not need */

/**
 * The log callback.
 *
 * @err: the errno value of the failure, positive
 * @sentence: why it failed and what to do, without a newline; valid until the
 *	callback returns
 *
 * Called in the thread that made the failing call, before that call returns.
 * It holds no lock, may call the library and may change errno.
 */
typedef void (*tclink_log_fn)(int err, const char *sentence);

/**
 * tclink_set_log - say where explanations of failures go
 *
 * @fn: the callback, or NULL for silence; then the library also spares most of
 *	the system calls that finding a reason takes
 *
 * Until it is called, explanations go to stderr as "libtclink: SENTENCE", as
 * libbpf does with its warnings. The setting is for the whole process. It may
 * be changed at any time; a call in another thread that is failing just now
 * may still use the old callback.
 *
 * Return: the callback that was set before, to be given back later. Never
 * fails. Any kernel.
 */
TCLINK_API tclink_log_fn tclink_set_log(tclink_log_fn fn);

/**
 * Options of tclink_attach(). Each that is set narrows the choice of backends
 * to those that have the guarantee named in brackets.
 *
 * @sz: size of this structure
 * @handle: of the filter within its priority, any number; 0: the kernel
 *	allocates one, from 1 on [PRIORITY]
 * @priority: 1 to 0xffff, lower runs first; 0: the kernel allocates one, 0xc000
 *	or, if there are priorities from 0x8000 on in the chain, one less than
 *	the lowest of them; those under 0x8000 still run first [PRIORITY]
 * @chain_index: 0 to 0x0fffffff [CHAIN]
 * @protocol: ETH_P_* of linux/if_ether.h, host byte order, 0 to 0xffff; only
 *	packets of this protocol reach the program; 0 means ETH_P_ALL
 *	[PROTOCOL, unless ETH_P_ALL]
 * @classid: class that a match selects, as TCLINK_PARENT() makes it; 0: none
 *	[CLASSID]
 * @gen_flags: 0, TCLINK_SKIP_HW or TCLINK_SKIP_SW [OFFLOAD]
 * @flags: 0 or TCLINK_F_CLASSIFY_ONLY [CLASSID]
 * @backend: TCLINK_BACKEND_*: this one or none. Name one for a program that
 *	returns TC_ACT_STOLEN or TC_ACT_TRAP, which mean "next" to tcx
 * @require: guarantees, TCLINK_OWNED to TCLINK_PROTOCOL, that must be in force
 * @reserved: 0; it stands where the compiler would leave a hole, which an
 *	initialiser need not clear
 * @expected_revision: attach only if the list of programs at the tcx hook is
 *	at that number, which tclink_revision() gave; 0: whatever it is. Only
 *	the tcx backend has it
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
 * tclink_attach - attach a program
 *
 * @prog_fd: descriptor of a loaded BPF_PROG_TYPE_SCHED_CLS program
 * @ifindex: device in the network namespace of the calling thread, or
 *	TCLINK_BLOCK
 * @parent: TCLINK_INGRESS, TCLINK_EGRESS or TCLINK_PARENT(); with
 *	TCLINK_BLOCK the index of the block. Never 0: netlink takes that for
 *	the root qdisc, which is seldom what the caller meant
 * @opts: may be NULL
 *
 * With link and tcx the returned link owns it. With netlink, which is chosen
 * when, for one, a priority is set on a stock kernel, nothing owns it: set
 * require = TCLINK_OWNED to rule that out.
 *
 * The backend is the first of link, tcx and netlink that this kernel has and
 * that has the guarantees which the target and the options ask for: a parent
 * other than TCLINK_INGRESS and TCLINK_EGRESS needs TCLINK_PARENTS,
 * TCLINK_BLOCK needs TCLINK_BLOCKS, and so on. If that one fails for another
 * reason than that the kernel does not have it, no other is tried. A missing
 * module cls_bpf is such another reason.
 *
 * If the parent is TCLINK_INGRESS or TCLINK_EGRESS and the device has no
 * clsact qdisc, one is created where the backend needs it, which tcx does not;
 * a qdisc that someone else creates at the same
 * moment serves as well. None is created if the program is of another type or
 * an option out of range. The library never deletes a qdisc, since others may
 * use it by then, nor does it when the attach fails after all. With the link
 * and tcx backends, it makes no system call on success but one bpf(2), except
 * to create clsact and, in the first call, to read the kernel's BTF.
 *
 * With the netlink backend the object keeps a netlink socket, and so the
 * network namespace of the calling thread, for its later calls. The filter is
 * named after the program and its id, as "drop:[42]". If the kernel's answer is
 * lost for want of memory, the library looks for a filter with this program and
 * these options. If there is one, attaching has succeeded; if there are
 * several, it fails with ENOBUFS and may have left one behind.
 *
 * A program at the tcx hook runs before all filters of TC. TC_ACT_OK,
 * TC_ACT_SHOT and TC_ACT_REDIRECT mean there what they mean in a filter;
 * anything else, TC_ACT_STOLEN and TC_ACT_TRAP too, hands the packet on to the
 * next program, then to TC. Each program can be at a hook once.
 *
 * Return: the link, to be freed with tclink__destroy(), or NULL with errno:
 *   EOPNOTSUPP	no backend of this kernel has what is required or asked for,
 *		or not the one that is named; the qdisc takes no filters, or
 *		uses a shared block, which is then to be named with
 *		TCLINK_BLOCK; netlink: no hardware took a filter with
 *		TCLINK_SKIP_SW, on devices that have none
 *   EPERM	link, netlink: no CAP_NET_ADMIN over the user namespace that
 *		owns the network namespace. For tcx who has the program's
 *		descriptor may attach it, because loading took CAP_NET_ADMIN,
 *		unless a security module objects
 *   ENODEV	no such device in this network namespace
 *   EEXIST	a filter with this chain, protocol, priority and handle exists;
 *		tcx: this hook has the program already
 *   ENOENT	the qdisc has no such class, or is ingress and has no egress;
 *		the module cls_bpf, or sch_ingress for a missing clsact, cannot
 *		be loaded
 *   EINVAL	no such qdisc or block; a qdisc without classes; parent 0; not a
 *		program, or one of another type; the priority belongs to another
 *		kind of classifier or another protocol, or the chain to another
 *		kind; priority, chain or protocol out of range; unknown or
 *		contradicting flags, guarantees or backend; no hardware took a
 *		filter with TCLINK_SKIP_SW; program bound to a device without
 *		TCLINK_SKIP_SW, or to another device, which tcx does not
 *		check: do not give it one; unusable opts->sz
 *   ENOSPC	no priority left to allocate; EINVAL in older kernels
 *   ESTALE	tcx: the revision is not opts->expected_revision
 *   ERANGE	tcx: the hook has as many programs as it takes
 *   E2BIG	an option this library does not know is set, or opts->reserved
 *   EBADF	prog_fd is not open
 *   ENOMEM, ENOBUFS, EMFILE, ENFILE, and what a driver returns for a filter it
 *   refuses
 * They come from BPF_LINK_CREATE, link_create() in kernel/bpf/syscall.c and
 * what it calls in net/sched/ and kernel/bpf/tcx.c, from RTM_NEWTFILTER,
 * tc_new_tfilter() in net/sched/cls_api.c, and from the RTM_NEWQDISC of a
 * missing clsact.
 */
TCLINK_API struct tclink *tclink_attach(int prog_fd, __u32 ifindex,
					__u32 parent,
					const struct tclink_attach_opts *opts);

/**
 * tclink_attach_program - tclink_attach() for a program of libbpf
 *
 * @prog: a program whose object has been loaded; stays the caller's
 * @ifindex, @parent, @opts, return: as for tclink_attach(); also EINVAL if
 *	prog is NULL or not loaded
 */
TCLINK_API struct tclink *
tclink_attach_program(const struct bpf_program *prog, __u32 ifindex,
		      __u32 parent, const struct tclink_attach_opts *opts);

/**
 * Options of tclink__update().
 *
 * @sz: size of this structure
 * @flags: 0 or TCLINK_F_EXPECT_OLD
 * @old_prog_fd: with TCLINK_F_EXPECT_OLD, descriptor of the program that has
 *	to be the attached one, 0 being a descriptor like any other; without
 *	the flag, 0
 */
struct tclink_update_opts {
	size_t sz;
	__u32 flags;
	int old_prog_fd;
	__extension__ size_t :0;
};
#define tclink_update_opts__last_field old_prog_fd

/**
 * tclink__update - replace the program of a link
 *
 * @link: the link
 * @prog_fd: descriptor of the new program
 * @opts: may be NULL
 *
 * One atomic swap: the filter keeps its handle, priority and place, and every
 * packet sees either the old or the new program. On failure the old program
 * goes on running. The program that is attached already may be given.
 *
 * The netlink backend first looks whether the filter still runs the program
 * that this object attached, and leaves it alone if not. Somebody who replaces
 * the filter between the look and the update, a few microseconds, is
 * overwritten: only TCLINK_COMPARE_SWAP and TCLINK_EXCLUSIVE exclude that. If
 * the kernel's answer is lost for want of memory, it looks again; after ENOBUFS
 * either program may be the attached one, and tclink__info() tells which.
 *
 * Return: 0, or
 *   -ENOLINK	the link is severed; netlink: somebody else deleted or replaced
 *		the filter
 *   -EPERM	with TCLINK_F_EXPECT_OLD: another program is attached; netlink:
 *		no CAP_NET_ADMIN
 *   -EEXIST	tcx: the hook has the new program already, through another link
 *   -EINVAL	link is NULL; not a program, or one of another type; bound to a
 *		device, and the link has no TCLINK_SKIP_SW or is on another one,
 *		which tcx does not check: do not give it one; unknown flags;
 *		old_prog_fd without its flag; unusable opts->sz
 *   -E2BIG	an option this library does not know is set
 *   -EBADF	prog_fd or old_prog_fd is not open; netlink: another process
 *		attached
 *   -ENOMEM, -ENOBUFS, and what a driver returns for a program it refuses
 * They come from BPF_LINK_UPDATE, link_update() in kernel/bpf/syscall.c, or
 * from RTM_NEWTFILTER, tc_new_tfilter() in net/sched/cls_api.c.
 */
TCLINK_API int tclink__update(struct tclink *link, int prog_fd,
			      const struct tclink_update_opts *opts);

/**
 * tclink__update_program - tclink__update() for a program of libbpf
 *
 * @link, @opts, return: as for tclink__update(); also -EINVAL if prog is NULL
 *	or not loaded
 * @prog: a program whose object has been loaded; stays the caller's
 */
TCLINK_API int tclink__update_program(struct tclink *link,
				      const struct bpf_program *prog,
				      const struct tclink_update_opts *opts);

/**
 * tclink__detach - remove the filter now, whoever else holds the link
 *
 * @link: the link; it stays, severed, until tclink__destroy()
 *
 * Pins stay too and lead to the severed link. Detaching a link that is
 * severed already succeeds. The netlink backend deletes the filter only while
 * it runs the program that this object attached, with the same short race as
 * in tclink__update().
 *
 * Return: 0, -EINVAL if link is NULL, -EBADF if the caller closed the
 * descriptor behind the library's back (BPF_LINK_DETACH, link_detach() in
 * kernel/bpf/syscall.c), or with netlink -EPERM without CAP_NET_ADMIN, -EBADF
 * if another process attached, -ENOMEM or -ENOBUFS (RTM_DELTFILTER,
 * tc_del_tfilter() in net/sched/cls_api.c).
 */
TCLINK_API int tclink__detach(struct tclink *link);

/**
 * tclink__destroy - close the link and free the object
 *
 * @link: the link, or NULL, which does nothing; not to be used afterwards
 *
 * The filter is removed if this was the last reference: no pin, and no
 * descriptor of the same link in this or another process. It also happens
 * without this call when the process ends. After tclink__disconnect() the
 * descriptor stays open and so the filter stays.
 *
 * With the netlink backend this call does what tclink__detach() does, unless
 * tclink__disconnect() was called; a process that ends without it leaves the
 * filter behind.
 *
 * Return: 0, or the -errno of close(2) or of tclink__detach(); the object is
 * freed in any case. With netlink the filter is then left behind: call
 * tclink__detach() first if that matters.
 */
TCLINK_API int tclink__destroy(struct tclink *link);

/**
 * tclink__disconnect - part the object from its descriptor
 *
 * @link: the link, or NULL, which does nothing
 *
 * From here on tclink__destroy() frees the object and leaves the descriptor
 * open: it belongs to the caller, who gets it from tclink__fd() beforehand.
 * The filter lives until that descriptor is closed, at the latest by the end
 * of the process, unless there are other references. This is the meaning
 * bpf_link__disconnect() has for links that are descriptors. The other functions
 * go on using the descriptor, so call none but tclink__destroy() once it is
 * closed. It serves to hand
 * a link on, over a UNIX socket or through execve(2) after clearing
 * FD_CLOEXEC; tclink_open_fd() makes an object of it again.
 *
 * With the netlink backend there is no such descriptor: the filter stays until
 * somebody deletes it.
 */
TCLINK_API void tclink__disconnect(struct tclink *link);

/**
 * tclink__fd - the descriptor of the link
 *
 * @link: the link
 *
 * The descriptor is close-on-exec. It can be given to bpf(2), sent over a
 * UNIX socket and, with TCLINK_NOTIFIED in force, polled: EPOLLHUP, and nothing
 * else, says that the link is severed. It stays the object's, and
 * tclink__destroy() closes it.
 *
 * Return: the descriptor, -EINVAL if link is NULL, or -EOPNOTSUPP with the
 * netlink backend, which has none.
 */
TCLINK_API int tclink__fd(const struct tclink *link);

/**
 * tclink__wait - wait until the link is severed
 *
 * @link: the link
 * @timeout_ms: how long at most, in milliseconds; 0 looks and does not wait;
 *	negative: for ever
 *
 * With TCLINK_NOTIFIED in force this is poll(2) on tclink__fd(). Otherwise the
 * library looks every 200 ms, as tclink__info() does; a filter of the netlink
 * backend counts as severed when somebody else replaced it, too.
 *
 * Return: 0 once the link is severed, or
 *   -ETIMEDOUT	it still is not
 *   -EINTR	a signal handler ran while it waited
 *   -EINVAL	link is NULL
 *   -EBADF	the caller closed the descriptor behind the library's back;
 *		netlink: another process attached
 *   -ENOMEM, -ENOBUFS
 * The first two are no failures, and nothing is logged for them.
 */
TCLINK_API int tclink__wait(const struct tclink *link, int timeout_ms);

/**
 * tclink__pin - give the link a name in a BPF file system
 *
 * @link: the link
 * @path: a path that does not exist, in a directory of a mounted bpf file
 *	system (usually /sys/fs/bpf); copied
 *
 * The pin is a reference: the filter outlives the process, until the pin is
 * removed and no descriptor is left, or until the system goes down. The
 * object remembers the path for tclink__unpin(), one at a time.
 *
 * Return: 0, or
 *   -EINVAL	link or path is NULL
 *   -EOPNOTSUPP	the backend lacks TCLINK_PINNABLE
 *   -EBUSY	the object has a pin already
 *   -EEXIST	path exists
 *   -ENOENT	its directory does not exist
 *   -EPERM	path is not in a BPF file system or has a dot in any part
 *		below the mount, or the caller may not
 *   -EBADF	the caller closed the descriptor behind the library's back
 *   -EACCES	the directory cannot be written
 *   -ENOMEM, and others of path_resolution(7)
 * They come from BPF_OBJ_PIN, bpf_obj_do_pin() in kernel/bpf/inode.c.
 */
TCLINK_API int tclink__pin(struct tclink *link, const char *path);

/**
 * tclink__unpin - remove the pin that tclink__pin() or tclink_open_path() set
 *
 * @link: the link
 *
 * Unlinks the path that the object remembers, after making sure that it
 * still is a pin of this link; what somebody else puts there between the look
 * and the deed is unlinked in its place. A relative path counts from the
 * directory the process is in now. The object and its descriptor stay, so the
 * filter does. The kernel gives up a pin's reference a moment after the path is
 * gone: if it was the last one, that is when the filter goes.
 *
 * Return: 0, or
 *   -EINVAL	link is NULL, or the object knows of no pin
 *   -ESTALE	the path leads to another object by now, is a symbolic link, or
 *		is outside of the BPF file systems; it is left alone
 *   -ENOENT	the path is gone
 *   -EBADF	the caller closed the descriptor behind the library's back
 *   -EPERM, -EACCES, -EMFILE, -ENFILE, -ENOMEM, and others of unlink(2)
 * After 0, -ENOENT and -ESTALE the object knows of no pin.
 */
TCLINK_API int tclink__unpin(struct tclink *link);

/**
 * tclink_open_path - open a pinned link
 *
 * @path: where it is pinned; copied and remembered for tclink__unpin()
 *
 * Return: an object with a descriptor of its own, to be freed with
 * tclink__destroy(), or NULL with errno:
 *   EINVAL	path is NULL; what is pinned there is neither a TC nor a tcx
 *		link
 *   ENOENT	no such path
 *   EPERM	a dot in a part below the mount, which no pin can have
 *   EACCES	not in a BPF file system, or the caller may not read and
 *		write it
 *   ENOMEM, EMFILE, ENFILE, and others of path_resolution(7)
 * They come from BPF_OBJ_GET, bpf_obj_get_user() in kernel/bpf/inode.c.
 */
TCLINK_API struct tclink *tclink_open_path(const char *path);

/**
 * tclink_open_id - open a link by its id
 *
 * @id: as tclink_info.id, "bpftool link" and TCA_BPF_LINK_ID give it
 *
 * The object holds the link while it exists: should the owner end meanwhile,
 * the filter goes only with tclink__destroy() of this object.
 *
 * Return: an object as for tclink_open_path(), or NULL with errno:
 *   ENOENT	no link has this id
 *   EINVAL	the link is neither a TC nor a tcx link
 *   EPERM	no CAP_SYS_ADMIN
 *   EAGAIN	the link is being created; try again
 *   ENOMEM, EMFILE, ENFILE
 * They come from BPF_LINK_GET_FD_BY_ID in kernel/bpf/syscall.c.
 */
TCLINK_API struct tclink *tclink_open_id(__u32 id);

/**
 * tclink_open_fd - make an object of a link descriptor
 *
 * @fd: descriptor of a TC or tcx link; duplicated, so it stays the caller's to
 *	close
 *
 * Return: an object as for tclink_open_path(), or NULL with errno:
 *   EBADF	fd is not open
 *   EINVAL	fd is not a BPF link, or neither a TC nor a tcx link
 *   ENOMEM, EMFILE
 */
TCLINK_API struct tclink *tclink_open_fd(int fd);

/**
 * What is known of a link; the tc or tcx members of struct bpf_link_info in
 * linux/bpf.h, or of the answer to RTM_GETTFILTER. What the kernel allocated
 * is reported as allocated.
 *
 * @sz: size of this structure, set by the caller
 * @id: of the link; 0 with the netlink backend
 * @prog_id: of the attached program
 * @severed: 1 if the filter is gone, else 0. Then ifindex is 0, the filter is in
 *	no hardware, and the rest keeps the last values
 * @ifindex: of the device, in the network namespace netns_ino; TCLINK_BLOCK
 *	for a shared block; 0 if severed
 * @parent: as for tclink_attach()
 * @handle, @priority, @chain_index, @classid: as in the attach options; 0 with
 *	the tcx backend
 * @protocol: host byte order, ETH_P_ALL for all
 * @gen_flags: TCLINK_SKIP_*, TCLINK_IN_HW, TCLINK_NOT_IN_HW; the last one with
 *	the tcx backend
 * @in_hw_count: number of hardware tables that hold the filter; 0 with the
 *	netlink backend: the library reads no more than TCLINK_IN_HW there
 * @block_index: of the block the filter is in; 0 if it is not shared
 * @netns_ino: inode number of the network namespace, as that of
 *	/proc/self/ns/net; 0 if it is unknown: of a tcx link, the kernel does
 *	not tell, and the library finds out no more than whether it is that of
 *	the calling thread, which takes CAP_NET_ADMIN
 * @flags: TCLINK_F_CLASSIFY_ONLY or 0
 * @backend: TCLINK_BACKEND_LINK, TCLINK_BACKEND_TCX or TCLINK_BACKEND_NETLINK
 * @guarantees: those in force, TCLINK_OWNED to TCLINK_PROTOCOL
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
 * @info: filled in up to info->sz, which the caller sets; bytes beyond what
 *	the library knows become zero. Unchanged on failure
 *
 * Return: 0, or
 *   -EINVAL	link or info is NULL; unusable info->sz
 *   -EBADF	the caller closed the descriptor behind the library's back;
 *		netlink: another process attached
 *   -ENOMEM, -ENOBUFS	netlink could not be asked
 * (BPF_OBJ_GET_INFO_BY_FD, bpf_link_get_info_by_fd() in kernel/bpf/syscall.c;
 * RTM_GETTFILTER, tc_get_tfilter() in net/sched/cls_api.c)
 */
TCLINK_API int tclink__info(const struct tclink *link,
			    struct tclink_info *info);

/**
 * Options of tclink_next().
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
 * @opts: may be NULL
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
 * Links of all network namespaces and of all owners are seen, severed ones
 * too; links that come or go meanwhile may be or not be. Each object holds
 * its link while it exists, so destroy it soon. Filters of the netlink backend
 * have no id and are not seen.
 *
 * Return: an object as for tclink_open_path(), or NULL with errno:
 *   ENOENT	there are no more; id is unchanged and nothing is logged
 *   EPERM	no CAP_SYS_ADMIN
 *   EOPNOTSUPP	the kernel has no links of opts->backend, or of neither kind
 *   EINVAL	id is NULL; no such backend, or netlink; unusable opts->sz
 *   E2BIG	an option this library does not know is set
 *   ENOMEM, EMFILE, ENFILE
 * They come from BPF_LINK_GET_NEXT_ID and BPF_LINK_GET_FD_BY_ID.
 */
TCLINK_API struct tclink *tclink_next(__u32 *id,
				      const struct tclink_next_opts *opts);

/**
 * What the running kernel can do.
 *
 * @sz: size of this structure, set by the caller
 * @link: 1 if it makes TC links, else 0
 * @link_type: number of BPF_LINK_TYPE_TC in this kernel, 0 if it has none
 * @attach_type: number of BPF_TC in this kernel, 0 if it has none
 * @tcx: 1 if it makes tcx links, else 0
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
 * @features: filled in up to features->sz, which the caller sets; bytes
 *	beyond what the library knows become zero. Unchanged on failure
 *
 * Loads a program of two instructions and attaches it to a device that
 * cannot exist, once as each kind of link: ENODEV says that the kernel knows
 * how. The answers are kept for
 * the life of the process. A kernel without such links is an answer, not a
 * failure.
 *
 * Return: 0, or
 *   -EINVAL	features is NULL; unusable features->sz
 *   -EPERM	no CAP_NET_ADMIN, or no CAP_BPF to load the program
 *   -ENOMEM, and others of BPF_PROG_LOAD and BPF_LINK_CREATE
 * Failures are not kept.
 */
TCLINK_API int tclink_probe(struct tclink_features *features);

/**
 * tclink_revision - number of the list of programs at a tcx hook
 *
 * @ifindex: device in the network namespace of the calling thread
 * @parent: TCLINK_INGRESS or TCLINK_EGRESS
 * @revision: out: changes whenever a program comes, goes or is replaced there;
 *	for tclink_attach_opts.expected_revision. Unchanged on failure
 *
 * It is no unique name of a list: when the last program has gone, the number
 * starts at 1 again, and may reach one that was seen before.
 *
 * Return: 0, or
 *   -EINVAL	revision is NULL; another parent
 *   -EOPNOTSUPP	no tcx in this kernel (Linux 6.6)
 *   -ENODEV	no such device in this network namespace
 *   -EPERM	no CAP_NET_ADMIN
 * They come from BPF_PROG_QUERY, tcx_prog_query() in kernel/bpf/tcx.c.
 */
TCLINK_API int tclink_revision(__u32 ifindex, __u32 parent, __u64 *revision);

/**
 * tclink_backend_guarantees - what a backend promises
 *
 * @backend: TCLINK_BACKEND_LINK, TCLINK_BACKEND_TCX or TCLINK_BACKEND_NETLINK
 *
 * Return: TCLINK_OWNED to TCLINK_PROTOCOL, the column of the table there; 0 for
 * any other number. Never fails. Any kernel: it says nothing of the running one.
 */
TCLINK_API __u32 tclink_backend_guarantees(__u32 backend);

/**
 * tclink_backend_name - name of a backend
 *
 * @backend: TCLINK_BACKEND_*
 *
 * Return: "any", "link", "tcx" or "netlink", valid for ever, or NULL with errno
 * EINVAL for any other number. Any kernel.
 */
TCLINK_API const char *tclink_backend_name(__u32 backend);

/**
 * tclink_guarantee_name - name of a guarantee
 *
 * @guarantee: one bit of TCLINK_OWNED to TCLINK_PROTOCOL
 *
 * Return: "owned", "exclusive", "atomic", "compare-swap", "pinnable",
 * "notified", "offload", "parents", "classid", "chain", "blocks", "priority" or
 * "protocol", valid for ever, or NULL with errno EINVAL for anything else. Any
 * kernel.
 */
TCLINK_API const char *tclink_guarantee_name(__u32 guarantee);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TCLINK_TCLINK_H */
