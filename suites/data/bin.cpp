// SPDX-License-Identifier: Apache-2.0
// InsightFace's evaluation files: pictures that are aligned already, and pairs of them.
#include <fmt/format.h>

#include "models/face_bin.h"
#include "models/yunet_decode.h"
#include "suites/data/listed_pairs.h"
#include "suites/data/readers.h"

namespace robench::data_readers {
namespace {

constexpr int kBinFolds = 10;  // InsightFace's verification.py, KFold(10, shuffle=False)

/// Where the faces lie in pictures of 112 x 112 (InsightFace's face_align.py), as a detector's box: it
/// often finds none in pictures that are cut so close, and then the landmarks are fitted in there.
Box aligned_box() {
  return hog_like_box({{{38.2946, 51.6963},
                        {73.5318, 51.5014},
                        {56.0252, 71.7366},
                        {41.5493, 92.3655},
                        {70.7299, 92.2041}}});
}

}  // namespace

DataSet bin(const DataSpec& spec) {
  const auto file = read_face_bin(spec.root);
  std::vector<NamedPair> pairs;
  for (std::size_t k = 0; k < file->mated.size(); ++k)
    pairs.push_back({path_in_face_bin("", 2 * k).string(), path_in_face_bin("", 2 * k + 1).string(),
                     file->mated[k], 0});
  const int folds = pairs.size() >= kBinFolds ? kBinFolds : 1;
  deal_into_folds(pairs, folds);
  DataSet data = data_of_pairs(spec.root, pairs, folds);
  for (Sample& sample : data.samples) sample.box = aligned_box();
  data.name = spec.root.stem().string();
  data.protocol = fmt::format("InsightFace .bin, {} pairs, {} folds", pairs.size(), folds);
  data.notes.emplace_back(
      "the file says which pairs are mated and not who is on the pictures: no other comparisons are "
      "made, "
      "and intervals resample pictures");
  data.notes.emplace_back("its pictures are taken to be aligned to ArcFace's points at 112 x 112 px");
  return data;
}

}  // namespace robench::data_readers
