# SPDX-License-Identifier: Apache-2.0
#
# make            build/labctl
# sudo make run   everything from set-up to the table of speedups
# sudo make test  all tests
# make help       the other targets

VERSION := 0.1.0
PREFIX ?= /usr/local
CC ?= gcc
B := build

SRC := $(wildcard labctl/*.c labctl/*/*.c)
OBJ := $(SRC:%.c=$(B)/obj/%.o)

# Static archives where the system has them: each shared library costs every start some 80 us.
archive = $(if $(wildcard /usr/lib/*/lib$(1).a),-l:lib$(1).a,-l$(1))
LIBS := $(call archive,yaml) $(call archive,jansson) -lm -lpthread -ldl

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DLABCTL_VERSION='"$(VERSION)"' -Ilabctl $(WARN) \
	-fno-plt -fno-semantic-interposition $(CFLAGS)
LINK = -Wl,-O1 -Wl,--as-needed -Wl,--hash-style=gnu -Wl,--gc-sections

all: $(B)/labctl

$(B)/labctl: $(OBJ)
	@echo "  LD    $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(LINK) -o $@ $(OBJ) $(LIBS)

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJ:.o=.d)

clean:
	rm -rf $(B)

.PHONY: all clean
