/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_BUILDER_H
#define LABCTL_LAB_BUILDER_H

/* How image/ gets its set-up steps and checks done: in a sandbox. The first layer that knows both.
 */

#include "image/build.h"

extern const struct build_runner builder_runner;

#endif
