/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs and their users know of the frames that are counted. */
#ifndef TCLINK_SELFTESTS_SEEN_H
#define TCLINK_SELFTESTS_SEEN_H

#define SEEN_PROGS	3
/* IEEE 802 local experimental: no other frame on a test device has it. */
#define SEEN_ETH_TYPE	0x88b5

#endif
