#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain fast
# timeout: 240
. "$(dirname "$0")/../lib.sh"

right="ctypes_element ctypes_buffer cffi_api extension rust reordered per_point"
wrong="untyped single"
failed="overread"
blind="fastmath" # its answer may be not a number, and then no answer at all
names="$right $wrong $failed $blind"
labctl run ffi --variant "${names// /,}" --budget 5s --precision 50% --json "$T/record.json" >"$T/log" 2>&1
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $right; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
for name in $wrong; do
	like "$name is found out" "$verdicts" "^$name wrong result\['parcels'\]"
done
like "$blind is found out" "$verdicts" "^$blind (wrong result|failed .*likeness.* is nan)"
like "$failed is stopped by the sanitizer" "$verdicts" "^$failed failed .*heap-buffer-overflow at overread.c:[0-9]+ in likeness"

# A student who starts, and then moves the search to Rust, with an index too far.
labctl exercise start ffi "$T/desk" >/dev/null
is "all that counts is laid out" "$(cd "$T/desk" && echo *)" "README.md kernel.c kernel.rs solution.py"
cp "$TOP/exercises/ffi/variants/kernel.rs" "$T/desk/kernel.rs"
cat >>"$T/desk/solution.py" <<'EOF'


def setup(ctx):
    import ctypes, os
    kernel = ctypes.CDLL(os.path.join(ctx.built, "libkernel.so"))
    kernel.search.argtypes = [ctypes.c_void_p, ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_long,
                              ctypes.POINTER(ctypes.c_long)]
    kernel.search.restype = ctypes.c_double

    def in_rust(values, width, height, mark, side):
        at = (ctypes.c_long * 2)()
        best = kernel.search(values.buffer_info()[0], width, height, mark.buffer_info()[0], side, at)
        return at[0], at[1], best

    globals()["search"] = in_rust
EOF
labctl run ffi --try "$T/desk/solution.py" --budget 5s --precision 50% --json "$T/record.json" >"$T/log" 2>&1
like "a submission in Rust is built and right" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try right"
sed -i "s|b += wanted;|b += unsafe { *(wanted as *const f64).add(side * side) } * 0.0 + wanted;|" "$T/desk/kernel.rs"
labctl run ffi --try "$T/desk/solution.py" --budget 5s --precision 50% --json "$T/record.json" >"$T/log" 2>&1
like "unsafe code that reads too far is found in Rust too" \
	"$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try failed .*AddressSanitizer: .* at .*kernel.rs:[0-9]+"
sed -i 's/let n = /let m = /' "$T/desk/kernel.rs"
labctl run ffi --try "$T/desk/solution.py" --budget 5s --precision 50% --json "$T/record.json" >"$T/log" 2>&1
like "what rustc refuses is said in its words" \
	"$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try failed does not build: kernel.rs:[0-9]+:[0-9]+: error\[E0425\]: cannot find value"
