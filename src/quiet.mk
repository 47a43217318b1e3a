# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# What all makefiles show: a line for each file, or with V=1 the commands. O is
# the output directory.

ifeq ($(V),1)
Q :=
quiet = @:
else
Q := @
quiet = @printf '  %-7s %s\n' $(1) $(patsubst $(O)/%,%,$@)
endif
