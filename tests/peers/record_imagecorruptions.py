#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what imagecorruptions 1.1 makes of a generated head, for tests/perturb/imagenet_c_recorded_test.cpp.

    ROBENCH_PEER_IMAGECORRUPTIONS=CHECKOUT python3 tests/peers/record_imagecorruptions.py BUILD/corrupt > \\
        tests/perturb/imagenet_c_recorded.txt

Only means of blocks: numbers that anyone may have, no picture.
"""
import sys

import peer
from peer import DETERMINISTIC, RANDOM, np, theirs

GRID = 8
DRAWS = 48


def block_means(picture):
    """GRID x GRID x 3, in BGR, of blocks that cover the picture."""
    edges = np.arange(GRID + 1) * len(picture) // GRID
    sums = np.add.reduceat(np.add.reduceat(picture[:, :, ::-1].astype(float), edges[:-1], 0), edges[:-1], 1)
    areas = np.outer(np.diff(edges), np.diff(edges))
    return sums / areas[:, :, None]


def show(name, level, numbers):
    print(name, level, *(int(round(100 * value)) for value in np.ravel(numbers)), flush=True)


def main():
    ours = peer.Ours(sys.argv[1])
    ours.do(f"head 3 {peer.SIDE}")
    picture = ours.picture()
    print(f"# {peer.VERSIONS}\n# Generated head: subject 3, {peer.SIDE} px. All numbers in hundredths of a pixel value.")
    print(f"# name level, then the means of {GRID} x {GRID} blocks, rows of blocks of B, G, R")
    show("clean", 0, block_means(picture))
    for name in DETERMINISTIC:
        for level in range(1, 6):
            show(name, level, block_means(theirs(picture, name, level, 0)))
    print(f"# Random ones, of {DRAWS} draws: name level, the standard deviation of a block's mean from draw to draw")
    print("# (root mean square over the blocks), mean and deviation over draws of a picture's standard deviation,")
    print("# then the means of the blocks over draws and channels.")
    for name in RANDOM:
        for level in range(1, 6):
            drawn = [theirs(picture, name, level, seed) for seed in range(DRAWS)]
            blocks = np.array([block_means(p).mean(axis=2) for p in drawn])
            deviations = np.array([p.std() for p in drawn])
            spread = np.sqrt(blocks.var(axis=0, ddof=1).mean())
            show(name, level, np.concatenate(([spread, deviations.mean(), deviations.std(ddof=1)],
                                              blocks.mean(axis=0).ravel())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
