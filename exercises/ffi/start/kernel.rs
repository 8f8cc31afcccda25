// SPDX-License-Identifier: Apache-2.0

//! Yours to write. It is compiled to libkernel.so before anything is measured; in solution.py:
//!
//!     kernel = ctypes.CDLL(os.path.join(ctx.built, "libkernel.so"))
//!     kernel.total.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
//!     kernel.total.restype = ctypes.c_double
//!     kernel.total(values.buffer_info()[0], len(values))      # values: array.array("d")

/// An example: the sum of numbers.
///
/// # Safety
/// There are `count` numbers at `values`.
#[no_mangle]
pub unsafe extern "C" fn total(values: *const f64, count: usize) -> f64 {
    std::slice::from_raw_parts(values, count).iter().sum()
}
