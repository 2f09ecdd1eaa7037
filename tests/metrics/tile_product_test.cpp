// SPDX-License-Identifier: Apache-2.0
#include "metrics/tile_product.h"

#include <doctest/doctest.h>

#include "perturb/random_stream.h"

namespace robench {
namespace {

/// Small whole numbers, whose products and sums single precision holds exactly.
EmbeddingMatrix whole_numbers(Eigen::Index rows, Eigen::Index columns, const RandomStream& stream) {
  EmbeddingMatrix matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i)
    matrix.data()[i] = static_cast<float>(static_cast<int>(stream.uniform(i, -9, 10)));
  return matrix;
}

}  // namespace

TEST_SUITE("tile_product") {
  TEST_CASE("every size: edges of the kernel's blocks are products like the others") {
    const RandomStream stream(1, "tile_product", "", "", 0);
    for (const int rows : {1, 5, 6, 7, 12, 13})
      for (const int columns : {1, 15, 16, 17, 33})
        for (const int dim : {1, 2, 31, 128}) {
          CAPTURE(rows);
          CAPTURE(columns);
          CAPTURE(dim);
          const EmbeddingMatrix a = whole_numbers(rows, dim, stream.fork("a"));
          const EmbeddingMatrix b = whole_numbers(columns, dim, stream.fork("b"));
          EmbeddingMatrix out;
          tile_product(a, b, out);
          const EmbeddingMatrix expected = a * b.transpose();
          CHECK(out == expected);
        }
  }

  TEST_CASE("rows in the middle of a table, and none at all") {
    const EmbeddingMatrix table = whole_numbers(40, 24, RandomStream(2, "tile_product", "", "", 0));
    EmbeddingMatrix out;
    tile_product(table.middleRows(3, 9), table.middleRows(20, 18), out);
    const EmbeddingMatrix expected = table.middleRows(3, 9) * table.middleRows(20, 18).transpose();
    CHECK(out == expected);
    tile_product(table.middleRows(0, 0), table, out);
    CHECK(out.rows() == 0);
    CHECK(out.cols() == 40);
  }
}

}  // namespace robench
