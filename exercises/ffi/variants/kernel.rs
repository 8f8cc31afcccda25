// SPDX-License-Identifier: Apache-2.0

//! likeness() and search() of baseline.py. Only search() is unsafe: it believes what its caller
//! says of the buffers. All else is checked by the compiler, or at run time.

const FLAT: f64 = 1e-6;

fn likeness(values: &[f64], width: usize, mark: &[f64], side: usize, x: usize, y: usize) -> f64 {
    let n = (side * side) as f64;
    let (mut a, mut aa, mut b, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0);

    for (row, wanted) in mark.chunks_exact(side).enumerate() {
        let start = (y + row) * width + x;
        for (value, wanted) in values[start..start + side].iter().zip(wanted) {
            a += value;
            aa += value * value;
            b += wanted;
            bb += wanted * wanted;
            ab += value * wanted;
        }
    }
    let varies = n * aa - a * a;
    if varies < FLAT {
        return f64::NAN;
    }
    (n * ab - a * b) / (varies * (n * bb - b * b)).sqrt()
}

/// # Safety
/// `values` holds width * height numbers, `mark` side * side, and `at` has room for two.
#[no_mangle]
pub unsafe extern "C" fn search(
    values: *const f64,
    width: usize,
    height: usize,
    mark: *const f64,
    side: usize,
    at: *mut [i64; 2],
) -> f64 {
    let values = std::slice::from_raw_parts(values, width * height);
    let mark = std::slice::from_raw_parts(mark, side * side);
    let mut best = -2.0;

    *at = [-1, -1];
    for y in 0..=height - side {
        for x in 0..=width - side {
            let found = likeness(values, width, mark, side, x, y);
            if found > best {
                best = found;
                *at = [x as i64, y as i64];
            }
        }
    }
    best
}
