# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Included by ../Makefile:
#
#   make install    header, libraries, pkg-config file, command, manual pages
#   make uninstall  remove what install with the same variables has put there
#   make deb        Debian packages, in $(O)/deb
#
#   DESTDIR=DIR     put before every path
#   PREFIX, SBINDIR, INCLUDEDIR, LIBDIR, PKGCONFIGDIR, MANDIR, COMPLETIONDIR

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR ?= $(PREFIX)/lib
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions

# The version is that of the header.
map_version := $(lastword $(shell sed -n 's/^LIBTCLINK_\(.*\) {$$/\1/p' libtclink.map))
ifneq ($(map_version),$(version))
$(error libtclink.map ends with LIBTCLINK_$(map_version), but tclink.h is $(version))
endif
ifneq ($(shell sed -n 's/^Version: //p' dist/libtclink.pc.in),@VERSION@)
$(error libtclink.pc.in has a version of its own, not @VERSION@ for that of tclink.h)
endif

man_pages := $(wildcard ../docs/man/*.[378])
# man3 for tclink_attach.3
man_dir = man$(patsubst .%,%,$(suffix $(1)))
installed := $(INCLUDEDIR)/tclink/tclink.h \
	$(addprefix $(LIBDIR)/,libtclink.a $(notdir $(shared) $(links))) \
	$(PKGCONFIGDIR)/libtclink.pc $(SBINDIR)/tclink \
	$(COMPLETIONDIR)/tclink \
	$(foreach page,$(man_pages),$(MANDIR)/$(call man_dir,$(page))/$(notdir $(page)))
put = $(Q)install -D -m $(1) $(2) $(DESTDIR)$(3)

install: all
	$(call put,644,$(header),$(INCLUDEDIR)/tclink/tclink.h)
	$(call put,644,$(static),$(LIBDIR)/libtclink.a)
	$(call put,644,$(shared),$(LIBDIR)/$(notdir $(shared)))
	$(Q)cp -P $(links) $(DESTDIR)$(LIBDIR)/
	$(call put,755,$(command),$(SBINDIR)/tclink)
	$(call put,644,dist/tclink.bash,$(COMPLETIONDIR)/tclink)
	$(Q)install -d $(DESTDIR)$(PKGCONFIGDIR)
	$(Q)sed 's|@PREFIX@|$(PREFIX)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(version)|' \
		dist/libtclink.pc.in >$(DESTDIR)$(PKGCONFIGDIR)/libtclink.pc
	$(Q)install -d $(addprefix $(DESTDIR)$(MANDIR)/man,3 7 8)
	$(Q)$(foreach page,$(man_pages),cp -P $(page) $(DESTDIR)$(MANDIR)/$(call man_dir,$(page))/ &&) :

uninstall:
	$(Q)rm -f $(addprefix $(DESTDIR),$(installed))
	$(Q)rmdir $(DESTDIR)$(INCLUDEDIR)/tclink 2>/dev/null || :

deb:
	$(Q)CC='$(CC)' VERSION=$(version) dist/debian/build.sh $(abspath $(O)/deb)

.PHONY: install uninstall deb
