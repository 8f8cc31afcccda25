#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Computes tests/golden/stats.txt, the vectors that labctl/stats is checked against.

    tests/golden/make-vectors.py >tests/golden/stats.txt

It needs SciPy (Debian: python3-scipy) and shares nothing with the C code but
the definitions in labctl/stats/*.h: what SciPy has is taken from it, and the
rest is written from the definition, the slow and plain way. Same output each
time: the inputs are drawn with fixed seeds.
"""

import math

import numpy as np
from scipy import optimize, stats


def emit(name, args, values, want):
    lists = [[float(x) for x in np.atleast_1d(xs)] for xs in (args, values, want)]
    print(name, *(" ".join([str(len(xs)), *(repr(x) for x in xs)]) for xs in lists))


def samples():
    rng = np.random.default_rng(20240229)
    yield rng.normal(0, 1, 8)
    yield rng.normal(100, 3, 25)
    yield rng.standard_t(2, 31)
    yield np.exp(rng.normal(0, 1, 60))
    yield np.round(rng.normal(0, 2, 40))  # ties
    yield rng.standard_cauchy(12)
    yield np.array([3.0, 1.0, 2.0, 2.0, 1000.0])


def distributions():
    for x in (-8, -3.2, -1, -1e-3, 0, 0.7, 2.5, 6):
        emit("normal_cdf", [], x, stats.norm.cdf(x))
    for p in (1e-12, 1e-4, 0.025, 0.3, 0.5, 0.8, 0.975, 0.99999):
        emit("normal_quantile", [], p, stats.norm.ppf(p))
    for df in (1, 2, 3.5, 7, 30, 400):
        for x in (-40, -2.2, -0.1, 0, 1, 5):
            emit("t_cdf", df, x, stats.t.cdf(x, df))
        for p in (1e-6, 0.005, 0.025, 0.4, 0.95, 0.999):
            # SciPy's own quantile is good to 1e-8 only; its distribution function to 1e-15.
            near = stats.t.ppf(p, df)
            exact = optimize.brentq(lambda x: stats.t.cdf(x, df) - p, near - 0.1 * abs(near) - 0.1,
                                    near + 0.1 * abs(near) + 0.1, xtol=1e-14, rtol=1e-14)
            emit("t_quantile", df, p, exact)


def summaries():
    for x in samples():
        emit("mean", [], x, np.mean(x))
        emit("variance", [], x, np.var(x, ddof=1))
        emit("median", [], x, np.median(x))
        emit("mad", [], x, stats.median_abs_deviation(x, scale=1 / 1.482602218505602))
        for p in (0, 0.05, 0.25, 0.5, 0.9, 0.99, 1):
            emit("quantile", p, x, np.quantile(x, p))
        for cut in (0, 0.1, 0.2):
            emit("trimmed_mean", cut, x, stats.trim_mean(x, cut))
            k = int(len(x) * cut)
            w = np.asarray(stats.mstats.winsorize(x, limits=(k / len(x), k / len(x))))
            emit("winsorised_variance", cut, x, np.var(w, ddof=1))
        walsh = sorted((x[i] + x[j]) / 2 for i in range(len(x)) for j in range(i + 1))
        for k in (1, 2, len(walsh) // 3, len(walsh)):
            emit("walsh", k, x, walsh[k - 1])


def ratio_interval(first, again, confidence):
    """Every log ratio that the clipped score test does not reject: by root finding."""
    rows = np.array([first]) if again is None else np.array([first, again])
    pooled = rows.ravel()
    scale = stats.median_abs_deviation(pooled, scale="normal")
    critical = stats.norm.ppf((1 + confidence) / 2)

    def standardised(theta):
        z = np.clip((rows - theta) / scale, -2, 2).mean(axis=0)
        return z.sum() / math.sqrt((z * z).sum())

    left, right = pooled.min() - 5 * scale, pooled.max() + 5 * scale
    root = lambda f, a, b: optimize.brentq(f, a, b, xtol=1e-14, rtol=1e-14)
    centre = root(standardised, left, right)
    low = root(lambda t: standardised(t) - critical, left, centre)
    high = root(lambda t: standardised(t) + critical, centre, right)
    return np.exp([centre, low, high])


def ratios():
    rng = np.random.default_rng(7)
    draws = {
        "normal": lambda n: rng.normal(0, 0.03, n),
        "heavy": lambda n: rng.standard_t(2, n) * 0.02,
        "stalls": lambda n: rng.normal(0, 0.02, n) + (rng.random(n) < 0.1) * 0.7,
    }
    for n, truth in ((5, 1.02), (8, 1), (13, 784), (40, 0.5), (150, 1.1)):
        for draw in draws.values():
            for _ in range(2 if n < 100 else 1):
                a, v, b = draw(n), draw(n) - math.log(truth), draw(n)
                for confidence in (0.9, 0.95, 0.9675):
                    if stats.norm.ppf((1 + confidence) / 2) >= math.sqrt(n):
                        continue
                    emit("ratio", confidence, np.concatenate([a - v, b - v]),
                         ratio_interval(a - v, b - v, confidence))
                    emit("ratio_single", confidence, a - v, ratio_interval(a - v, None, confidence))


def bootstraps():
    rng = np.random.default_rng(3)
    for n in (10, 25, 60):
        x = np.exp(rng.normal(0, 0.5, n))
        r = stats.bootstrap((x,), np.mean, confidence_level=0.95, n_resamples=40000,
                            method="BCa", vectorized=True, axis=-1, random_state=1)
        emit("bca_mean", 0.95, x, [r.confidence_interval.low, r.confidence_interval.high])


def complexities():
    rng = np.random.default_rng(11)
    growths = [lambda n: 5.0, lambda n: n, lambda n: n * math.log(n), lambda n: n**2, lambda n: n**3]
    for growth in growths:
        for sizes in ([100, 200, 400, 800], [10, 50, 100, 500, 1000, 5000]):
            times = [growth(n) * 1e-6 * math.exp(rng.normal(0, 0.02)) for n in sizes]
            line = stats.linregress(np.log(sizes), np.log(times))
            t = stats.t.ppf(0.975, len(sizes) - 2)
            emit("complexity", 0.95, [*sizes, *times],
                 [line.slope, line.slope - t * line.stderr, line.slope + t * line.stderr])


def amdahls():
    rng = np.random.default_rng(5)
    for serial in (0, 0.05, 0.3, 1):
        for cpus in ([1, 2, 4, 8], [1, 1, 2, 2, 3, 3, 4, 4]):
            p = np.array(cpus, float)
            t = 10 * (serial + (1 - serial) / p) * np.exp(rng.normal(0, 0.01, len(p)))
            # Relative least squares with both parts at least 0.
            parts, _ = optimize.nnls(np.column_stack([1 / t, 1 / (p * t)]), np.ones(len(p)))
            emit("amdahl", 0.95, [*p, *t], [parts[0] / parts.sum(), parts.sum()])


def levels():
    rng = np.random.default_rng(9)
    for processes, iterations in ((4, 5), (20, 3), (10, 30)):
        x = rng.normal(0, 1, (processes, 1)) + rng.normal(10, 2, (processes, iterations))
        # One-way analysis of variance: mean squares between and within.
        between = iterations * np.var(x.mean(axis=1), ddof=1)
        within = np.mean(np.var(x, axis=1, ddof=1))
        f, _ = stats.f_oneway(*x)
        assert abs(f - between / within) < 1e-9
        emit("levels", [processes, iterations], x.ravel(),
             [x.mean(), max(0, (between - within) / iterations), within])


def warmups():
    """Best cuts by trying every last segment, without pruning."""
    rng = np.random.default_rng(13)
    shapes = {
        "flat": [(60, 1.0)],
        "warms": [(12, 3.0), (8, 1.6), (80, 1.0)],
        "slows": [(40, 1.0), (60, 1.3)],
        "late": [(90, 1.0), (10, 2.0)],
    }
    for shape in shapes.values():
        times = np.concatenate([level * np.exp(rng.normal(0, 0.01, n)) for n, level in shape])
        times[30] *= 4  # a collection
        x = np.log(times)
        noise = stats.median_abs_deviation(np.diff(x), scale="normal") / math.sqrt(2)
        y = x.copy()
        for i in range(5, len(x)):
            m = np.median(x[max(0, i - 5): i + 6])
            y[i] = min(max(x[i], m - 3 * noise), m + 3 * noise)
        price = 15 * math.log(len(y))
        best, cut = [-price], [0]
        for to in range(1, len(y) + 1):
            costs = [best[a] + np.sum((y[a:to] - y[a:to].mean()) ** 2) / noise**2 + price
                     for a in range(to)]
            cut.append(int(np.argmin(costs)))
            best.append(min(costs))
        begins, to = [], len(y)
        while to:
            begins.append(cut[to])
            to = cut[to]
        emit("warmup", [], times, begins[::-1])


for part in (distributions, summaries, ratios, bootstraps, complexities, amdahls, levels, warmups):
    part()
