#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tcx backend of the library: the tests that run on any kernel, on this one.
exec "$(dirname "$0")/host/backends" tcx
