#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tests of the library that run on any kernel, on this one, for one backend:
# the one in the name that this is called by, test_lib_BACKEND.sh.
backend=${0##*/test_lib_}
exec "$(dirname "$0")/host/backends" "${backend%.sh}"
