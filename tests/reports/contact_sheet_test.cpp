// SPDX-License-Identifier: Apache-2.0
#include "reports/contact_sheet.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace robench {
namespace {

Image plain(int width, int height, const cv::Scalar& colour) {
  return Image(cv::Mat(height, width, CV_8UC3, colour));
}

/// The pixels of exactly this colour.
cv::Rect extent_of(const Image& sheet, const cv::Vec3b& colour) {
  cv::Rect extent;
  for (int y = 0; y < sheet.height(); ++y) {
    for (int x = 0; x < sheet.width(); ++x) {
      if (sheet.bgr().at<cv::Vec3b>(y, x) == colour) extent |= cv::Rect(x, y, 1, 1);
    }
  }
  return extent;
}

bool has_ink(const Image& sheet, const cv::Rect& area) {
  const cv::Mat part = sheet.bgr()(area);
  return std::any_of(part.begin<cv::Vec3b>(), part.end<cv::Vec3b>(),
                     [](const cv::Vec3b& pixel) { return pixel[0] < 200; });
}

TEST_SUITE("reports") {
  TEST_CASE("contact sheet: equal tiles, pictures in proportion, labels below, title at the left") {
    const Image sheet = contact_sheet(
        {{"gamma", {{plain(40, 40, {255, 0, 0}), "gamma@1"}, {plain(80, 40, {0, 255, 0}), "gamma@5"}}},
         {"side_light", {{plain(20, 40, {0, 0, 255}), "left"}}}},
        96);
    const cv::Rect square = extent_of(sheet, {255, 0, 0});
    const cv::Rect wide = extent_of(sheet, {0, 255, 0});
    const cv::Rect tall = extent_of(sheet, {0, 0, 255});
    CHECK(square.size() == cv::Size(96, 96));
    CHECK(wide.size() == cv::Size(96, 48));
    CHECK(tall.size() == cv::Size(48, 96));
    CHECK(square.y + 24 == wide.y);  // centred in a tile of the same row
    CHECK(tall.x - 24 == square.x);  // tiles stand below each other
    CHECK(tall.y > square.y + square.height);
    CHECK(has_ink(sheet, {square.x, square.y + 98, 96, 16}));  // label
    CHECK(has_ink(sheet, {0, square.y, square.x, 96}));        // title
    CHECK(sheet.bgr().at<cv::Vec3b>(0, 0) == cv::Vec3b(255, 255, 255));
  }

  TEST_CASE("contact sheet: any number of rows and tiles, any text") {
    CHECK(contact_sheet({}, 64).width() > 0);
    CHECK(contact_sheet({{"", {}}}, 64).height() >= 64);
    const std::string long_text(500, 'x');
    const Image few = contact_sheet({{"row", {{plain(9, 9, {1, 2, 3}), "label"}}}}, 64);
    const Image many = contact_sheet({{long_text, {{plain(9, 9, {1, 2, 3}), long_text}}}}, 64);
    CHECK(many.width() < few.width() + 400);  // long names are shortened
    CHECK(many.height() == few.height());
    CHECK(contact_sheet({{"日本 \xFF", {{plain(9, 9, {1, 2, 3}), "é\n"}}}}, 1).width() > 0);
  }

  TEST_CASE("contact sheet: chains that differ in the middle only have labels that differ") {
    const auto sheet_of = [](const std::string& label) {
      return contact_sheet({{"chain", {{plain(9, 9, {1, 2, 3}), label}}}}, 160);
    };
    const std::string first = "cast_shadow@3+side_light@3+camera_shake@2+low_resolution@2+jpeg@2";
    const std::string second = "cast_shadow@3+side_light@3+camera_shake@3+low_resolution@2+jpeg@2";
    CHECK_FALSE(sheet_of(first) == sheet_of(second));
    CHECK_FALSE(sheet_of("cast_shadow@3+side_light@3+spatter@2 material=mud+jpeg@2") ==
                sheet_of("cast_shadow@3+side_light@3+spatter@2 material=oil+jpeg@2"));
    // A row is as high as its longest label; the others keep theirs.
    const Image both = contact_sheet(
        {{"chain", {{plain(9, 9, {1, 2, 3}), "clean"}, {plain(9, 9, {1, 2, 3}), first}}}}, 160);
    CHECK(both.height() == sheet_of(first).height());
    CHECK(both.height() > sheet_of("clean").height() + 40);
  }

  TEST_CASE("contact sheet: the same rows give the same pixels") {
    const std::vector<TileRow> rows = {{"gamma", {{plain(33, 21, {10, 20, 30}), "gamma@1"}}}};
    CHECK(contact_sheet(rows, 80) == contact_sheet(rows, 80));
  }
}

}  // namespace
}  // namespace robench
