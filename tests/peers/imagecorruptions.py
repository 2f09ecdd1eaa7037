#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do ours and imagecorruptions 1.1 agree?

    ROBENCH_PEER_IMAGECORRUPTIONS=CHECKOUT python3 tests/peers/imagecorruptions.py BUILD/corrupt

Twenty pictures: generated heads of 250 px, or half of them from LFW where ROBENCH_TEST_DATA names the test
data. Prints the tables of perturb/imagenet_c/README.md; a value outside of its tolerance stands in ** and makes
the exit status 1.
"""
import os
import sys
from pathlib import Path

import peer
from peer import DETERMINISTIC, RANDOM, SIDE, np, theirs

SEEDS = 3
# Tolerances. dB for each picture and level. The others for each level, averaged over pictures and seeds:
# mean in pixel values and standard deviation as a ratio, both beyond three standard errors of the
# difference; power as the root mean square over 24 rings of frequency of the difference in dB.
LEAST_PSNR_DB = 45.0
MEAN, DEVIATION, POWER_DB = 0.5, 0.01, 0.5


def sources():
    """Commands that load each of the twenty pictures."""
    heads = [f"head {subject} {SIDE}" for subject in range(1, 21)]
    if not os.environ.get("ROBENCH_TEST_DATA"):
        return heads
    faces = sorted(Path(os.environ["ROBENCH_TEST_DATA"], "faces", "lfw_folds_1_5").glob("*/*.jpg"))
    return heads[:10] + [f"load {face}" for face in faces[:: len(faces) // 10][:10]]


def psnr(a, b):
    error = np.mean((a.astype(float) - b) ** 2)
    return np.inf if error == 0 else 10 * np.log10(255**2 / error)


RINGS = 24
FREQUENCY = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.fftfreq(SIDE)))
RING = np.minimum((FREQUENCY / 0.5 * RINGS).astype(int), RINGS)  # the corners are ring RINGS, left out


def power(picture):
    """Radially averaged power spectrum of the green channel, without its mean."""
    values = picture[:, :, 1].astype(float)
    spectrum = np.abs(np.fft.fft2(values - values.mean())) ** 2
    return np.bincount(RING.ravel(), spectrum.ravel())[:RINGS] / np.bincount(RING.ravel())[:RINGS]


def statistics(picture):
    """Mean, standard deviation within channels, power."""
    return picture.mean(), np.sqrt(picture.astype(float).var(axis=(0, 1)).mean()), power(picture)


def compare_deterministic(ours, commands):
    lowest = {(name, level): np.inf for name in DETERMINISTIC for level in range(1, 6)}
    for command in commands:
        ours.do(command)
        picture = ours.picture()
        for name, level in lowest:
            value = psnr(ours.corrupted(name, level, "sample"), theirs(picture, name, level, 0))
            lowest[name, level] = min(lowest[name, level], value)
    for name in DETERMINISTIC:
        values = [lowest[name, level] for level in range(1, 6)]
        cells = " | ".join("exact" if np.isinf(v) else f"{v:.1f}" for v in values)
        print(f"| {name} | {cells} |")
    return all(value >= LEAST_PSNR_DB for value in lowest.values())


def compare_random(ours, commands):
    drawn = {(name, level): ([], []) for name in RANDOM for level in range(1, 6)}
    for index, command in enumerate(commands):
        ours.do(command)
        picture = ours.picture()
        for (name, level), (mine, peers) in drawn.items():
            for seed in range(SEEDS):
                mine.append(statistics(ours.corrupted(name, level, f"{index}-{seed}")))
                peers.append(statistics(theirs(picture, name, level, 1000 * index + seed)))
    good = True
    for name in RANDOM:
        cells = []
        for level in range(1, 6):
            cell, passed = random_cell(name, *drawn[name, level])
            cells.append(cell if passed else f"**{cell}**")
            good &= passed
        print(f"| {name} | {' | '.join(cells)} |")
    return good


def random_cell(name, mine, peers):
    """The three numbers of a cell and whether they are within tolerance."""
    (mean, deviation, spectrum), (peer_mean, peer_deviation, peer_spectrum) = (
        [np.array(column) for column in zip(*side)] for side in (mine, peers))
    # The two sides have the same pictures: only differences within a picture carry the chance of the draws.
    differences = mean - peer_mean
    spread = deviation - peer_deviation
    ratio = deviation.mean() / peer_deviation.mean()
    mean_error = standard_error(differences)
    ratio_error = standard_error(spread) / peer_deviation.mean()
    decibels = np.sqrt(np.mean((10 * np.log10(spectrum.mean(axis=0) / peer_spectrum.mean(axis=0))) ** 2))
    passed = abs(differences.mean()) <= MEAN + 3 * mean_error and abs(ratio - 1) <= DEVIATION + 3 * ratio_error
    if name != "frost":  # generated: its spectrum is its own
        passed &= decibels <= POWER_DB
    return f"{differences.mean():+.2f}, {ratio:.3f}, {decibels:.2f}", passed


def standard_error(values):
    return values.std(ddof=1) / np.sqrt(len(values))


def main():
    ours = peer.Ours(sys.argv[1])
    commands = sources()
    print(f"{peer.VERSIONS}\n{len(commands)} pictures, {SEEDS} seeds each\n")
    print("lowest PSNR in dB over the pictures:\n\n| corruption | 1 | 2 | 3 | 4 | 5 |\n|---|---|---|---|---|---|")
    good = compare_deterministic(ours, commands)
    print("\nmean (ours less theirs, pixel values), standard deviation (ratio), power (rms dB):\n\n"
          "| corruption | 1 | 2 | 3 | 4 | 5 |\n|---|---|---|---|---|---|")
    good &= compare_random(ours, commands)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
