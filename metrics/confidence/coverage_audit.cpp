// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/coverage_audit.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/rate.h"

namespace robench {
namespace {

CoverageRow row_of(const std::string& cell, std::span<const AuditedBand* const> bands, double promised,
                   const SubjectBootstrap& bootstrap) {
  CoverageRow row;
  row.cell = cell;
  UnitMean covered(bootstrap.units());
  std::vector<double> widths;
  for (const AuditedBand* band : bands) {
    covered.add(band->unit, band->covered ? 1 : 0);
    if (std::isfinite(band->width))
      widths.push_back(band->width);
    else
      ++row.infinite;
  }
  row.coverage = rate_measure("coverage", Better::none, covered, bootstrap, "");
  row.median_width =
      widths.empty() ? std::numeric_limits<double>::quiet_NaN() : quantile(std::move(widths), 0.5);
  row.subjects = covered.units_with_values();
  if (row.coverage.ci95)
    row.verdict =
        row.coverage.ci95->high < promised ? CoverageRow::Verdict::fails : CoverageRow::Verdict::holds;
  return row;
}

}  // namespace

std::vector<CoverageRow> coverage_audit(std::span<const AuditedBand> bands, double promised,
                                        const SubjectBootstrap& bootstrap) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const AuditedBand*>> by_cell;
  for (const AuditedBand& band : bands)
    for (const std::string& cell : band.cells) {
      if (!by_cell.contains(cell)) order.push_back(cell);
      by_cell[cell].push_back(&band);
    }
  std::vector<CoverageRow> rows;
  for (const std::string& cell : order) rows.push_back(row_of(cell, by_cell[cell], promised, bootstrap));
  return rows;
}

}  // namespace robench
