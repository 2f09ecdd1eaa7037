# SPDX-License-Identifier: Apache-2.0
"""imagecorruptions 1.1 and ours, as the scripts beside this file use them.

ROBENCH_PEER_IMAGECORRUPTIONS names a clone of github.com/bethgelab/imagecorruptions; it runs with Debian's
python3-numpy, -scipy, -skimage, -pil, -opencv and -numba. Without it the scripts say that they are skipped.
"""
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

CHECKOUT = os.environ.get("ROBENCH_PEER_IMAGECORRUPTIONS")
if not CHECKOUT:
    print("skipped: ROBENCH_PEER_IMAGECORRUPTIONS does not name a checkout of imagecorruptions")
    sys.exit(0)

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
warnings.filterwarnings("ignore")
sys.path.insert(0, CHECKOUT)  # before this folder, whose imagecorruptions.py is not the package
import cv2  # noqa: E402
import numba  # noqa: E402
import numpy as np  # noqa: E402
import PIL  # noqa: E402
import scipy  # noqa: E402
import skimage  # noqa: E402
import imagecorruptions  # noqa: E402

cv2.setNumThreads(1)
DETERMINISTIC = ["defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression",
                 "gaussian_blur", "saturate"]
RANDOM = ["gaussian_noise", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "snow", "frost", "fog",
          "elastic_transform", "speckle_noise", "spatter"]
SIDE = 250
VERSIONS = (f"imagecorruptions 1.1.2 (commit c959e65) with NumPy {np.__version__}, SciPy {scipy.__version__}, "
            f"scikit-image {skimage.__version__}, Pillow {PIL.__version__}, OpenCV {cv2.__version__}, "
            f"Numba {numba.__version__}")


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.file = Path(tempfile.mkdtemp()) / "picture.bmp"

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def do(self, line):
        answer = self.ask(line)
        assert answer == "done", f"{line}: {answer}"

    def picture(self):
        self.do(f"save {self.file}")
        return cv2.imread(str(self.file))[:, :, ::-1].copy()

    def corrupted(self, name, level, sample, table="imagenet_c"):
        self.do(f"apply {name} {level} {table} {sample} {self.file}")
        return cv2.imread(str(self.file))[:, :, ::-1]


@numba.njit
def seed_numba(seed):
    np.random.seed(seed)  # glass_blur draws from Numba's own generator


def theirs(picture, name, level, seed):
    np.random.seed(seed)
    seed_numba(seed)
    return imagecorruptions.corrupt(picture, severity=level, corruption_name=name)
