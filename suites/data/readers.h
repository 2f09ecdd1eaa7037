// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "suites/data_set.h"

namespace robench::data_readers {

// One reader per kind of data, named as its YAML key, each in the file of its name.

/// `faces: sample`: the six group photographs of the face-api package and our manifest of their faces.
[[nodiscard]] DataSet faces(const DataSpec& spec);
/// `images: DIR`: every picture below a folder; each face is taken as its own subject.
[[nodiscard]] DataSet images(const DataSpec& spec);
/// `manifest: FILE.csv`: columns path, and any of subject, session, box, landmarks; others are groups.
[[nodiscard]] DataSet manifest(const DataSpec& spec);
/// `folders: DIR`: one folder per subject.
[[nodiscard]] DataSet folders(const DataSpec& spec);
/// `lfw: { root: DIR, pairs: FILE }`: Labeled Faces in the Wild, view 2; and XQLFW, whose list is alike.
[[nodiscard]] DataSet lfw(const DataSpec& spec);
/// `bin: FILE`: InsightFace's evaluation files (lfw.bin, cfp_fp.bin, agedb_30.bin, ...).
[[nodiscard]] DataSet bin(const DataSpec& spec);
/// `cfp: DIR`: Celebrities in Frontal-Profile; DIR is .../Protocol/Split/FP or .../Protocol/Split/FF.
[[nodiscard]] DataSet cfp(const DataSpec& spec);
/// `pairs: { root: DIR, pairs: FILE }`: lists of pairs as of AgeDB-30, CALFW and CPLFW.
[[nodiscard]] DataSet pairs(const DataSpec& spec);
/// `probes: N`: generated pictures that pin a runtime without any face (suites/probe_picture.h).
[[nodiscard]] DataSet probes(const DataSpec& spec);

}  // namespace robench::data_readers
