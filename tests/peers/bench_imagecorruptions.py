#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast the corruptions of ImageNet-C are, ours beside imagecorruptions 1.1 in one run.

    ROBENCH_PEER_IMAGECORRUPTIONS=CHECKOUT python3 tests/peers/bench_imagecorruptions.py BUILD/corrupt [RUNS]

One generated head of 250 px, in memory on both sides. Each run times one call of the one and then one of the
other, in CPU seconds of one thread, so that both meet the same state of the machine; ours checks its result in
each. Prints per corruption the median over RUNS (default 15) of the paired ratio, mean over the five levels.
Exit status 1 below 12 times for the sum, 5 for the geometric mean, 1 for any corruption.
"""
import sys
import time

import peer
from peer import np


def paired_seconds(ours, picture, name, level, runs):
    """Seconds of ours and theirs, one row a run."""
    ours.ask(f"time {name} {level}")
    peer.theirs(picture, name, level, 0)
    pairs = []
    for _ in range(runs):
        start = time.thread_time()
        peer.imagecorruptions.corrupt(picture, severity=level, corruption_name=name)
        theirs = time.thread_time() - start
        pairs.append((float(ours.ask(f"time {name} {level}")), theirs))
    return np.array(pairs)


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    ours = peer.Ours(sys.argv[1])
    ours.do(f"head 3 {peer.SIDE}")
    picture = ours.picture()
    rows = []
    print(f"{peer.SIDE} px, {runs} runs, one thread\n\n"
          "| corruption | ours, ms | imagecorruptions, ms | ratio |\n|---|---|---|---|")
    for name in peer.imagecorruptions.get_corruption_names("all"):
        medians, ratios = [], []
        for level in range(1, 6):
            pairs = paired_seconds(ours, picture, name, level, runs)
            medians.append(np.median(pairs, axis=0))
            ratios.append(np.median(pairs[:, 1] / pairs[:, 0]))
        ms = 1e3 * np.mean(medians, axis=0)
        rows.append((*ms, np.mean(ratios)))
        print(f"| {name} | {ms[0]:.2f} | {ms[1]:.2f} | {rows[-1][2]:.1f} |", flush=True)
    own, theirs, ratio = np.array(rows).T
    of_sums = theirs.sum() / own.sum()
    geometric = np.exp(np.log(ratio).mean())
    print(f"| sum | {own.sum():.2f} | {theirs.sum():.2f} | {of_sums:.1f} |\n\n"
          f"geometric mean of the ratios {geometric:.1f}, smallest {ratio.min():.2f}")
    return 0 if of_sums >= 12 and geometric >= 5 and ratio.min() >= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
