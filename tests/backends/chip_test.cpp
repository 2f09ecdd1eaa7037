// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "models/embedder.h"
#include "tests/backends/real_faces.h"

namespace robench {

TEST_SUITE("backends") {
  TEST_CASE("dlib_chip cuts out what dlib's extract_image_chip cuts out") {
    const auto data = test::test_data("chips of real faces against dlib's own");
    if (!data) return;
    const Template align = find_model_card("dlib_resnet").align;
    struct Size {
      double enlarged;
      double psnr_db;  // at least, of the median face
    };
    for (const auto& [enlarged, psnr_db] : {Size{1, 50}, Size{2, 45}, Size{5, 40}}) {
      std::vector<double> psnr;
      for (const test::RealFace& face : test::real_faces(*data, 20, enlarged))
        psnr.push_back(
            cv::PSNR(align_chip(face.photograph, face.landmarks, align).bgr(), face.dlib_chip.bgr()));
      std::sort(psnr.begin(), psnr.end());
      MESSAGE("photographs enlarged " << enlarged << " times: PSNR against dlib's chip, median "
                                      << psnr[psnr.size() / 2] << " dB, lowest " << psnr.front()
                                      << " dB");
      CHECK(psnr[psnr.size() / 2] > psnr_db);
    }
  }
}

}  // namespace robench
