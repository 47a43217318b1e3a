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

# The pages of the functions are made from the header, as much of tclink(7) is.
man := $(out)/man
man_source := ../docs/man
functions := $(shell sed -n 's/^\t\t\(tclink_[a-z_]*\);$$/\1/p' libtclink.map)
man_pages := $(functions:%=man3/%.3) man7/tclink.7 \
	$(patsubst $(man_source)/%,man8/%,$(wildcard $(man_source)/*.8))
AWK ?= awk

$(man)/made: $(header) $(wildcard $(man_source)/* $(man_source)/examples/*) \
		dist/install.mk
	$(call quiet,MAN)
	$(Q)rm -rf $(man)
	$(Q)mkdir -p $(man)/man3 $(man)/man7 $(man)/man8
	$(Q)$(AWK) -v out=$(man) -v examples=$(man_source)/examples \
		-f $(man_source)/roff.awk -f $(man_source)/man3.awk \
		$(man_source)/tclink.7 $(header) $(man_source)/tclink.7
	$(Q)cp $(man_source)/*.8 $(man)/man8/
	$(Q)touch $@

all: $(man)/made

installed := $(INCLUDEDIR)/tclink/tclink.h \
	$(addprefix $(LIBDIR)/,libtclink.a $(notdir $(shared) $(links))) \
	$(PKGCONFIGDIR)/libtclink.pc $(SBINDIR)/tclink \
	$(COMPLETIONDIR)/tclink \
	$(addprefix $(MANDIR)/,$(man_pages))
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
	$(Q)$(foreach page,$(man_pages),cp -P $(man)/$(page) $(DESTDIR)$(MANDIR)/$(dir $(page)) &&) :

uninstall:
	$(Q)rm -f $(addprefix $(DESTDIR),$(installed))
	$(Q)rmdir $(DESTDIR)$(INCLUDEDIR)/tclink 2>/dev/null || :

# In a copy of the source, with debian/ where Debian wants it. bpftool may be
# another than the package's: -d does not ask for that.
deb_tree = $(abspath $(O))/deb/tclink-$(version)

deb:
	$(Q)rm -rf $(deb_tree) && mkdir -p $(deb_tree)
	$(Q)cp -r ../docs ../include ../progs ../src dist/debian $(deb_tree)
	$(Q)sed -i 1d $(deb_tree)/debian/copyright
	$(Q)printf 'tclink (%s-1) unstable; urgency=medium\n\n  * Version %s of tclink.\n\n -- %s  %s\n' \
		$(version) $(version) "$$(sed -n 's/^Maintainer: //p' dist/debian/control)" \
		"$$(date -R $${SOURCE_DATE_EPOCH:+-ud "@$$SOURCE_DATE_EPOCH"})" >$(deb_tree)/debian/changelog
	$(Q)cd $(deb_tree) && \
		env -u MAKEFLAGS -u MFLAGS CC='$(CC)' DEB_BUILD_OPTIONS=noautodbgsym \
		dpkg-buildpackage -d -b -us -uc -jauto >../build.log 2>&1 || \
		{ tail -n 30 ../build.log >&2; exit 1; }
	$(Q)ls $(O)/deb/*_$(version)-1_*.deb

.PHONY: install uninstall deb
