// SPDX-License-Identifier: Apache-2.0
#include "suites/embedding_file.h"

#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "models/store.h"
#include "suites/csv_reader.h"

namespace robench {

EmbeddingTable read_embeddings(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    fail_at({file.string(), 0, 0}, "cannot read this file");
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  auto vectors = parse_npy(bytes);
  if (!vectors)
    fail_at({file.string(), 0, 0}, "not a NumPy file of 32-bit floats, rows x dimensions, in C order",
            "numpy.save('x.npy', numpy.ascontiguousarray(x, dtype='<f4'))");
  if (vectors->rows() == 0 || vectors->cols() == 0)
    fail_at({file.string(), 0, 0}, fmt::format("a matrix of {} x {}", vectors->rows(), vectors->cols()));
  EmbeddingTable table;
  table.vectors = std::move(*vectors);
  table.status.assign(static_cast<std::size_t>(table.vectors.rows()), Status::ok);
  for (Eigen::Index row = 0; row < table.vectors.rows(); ++row) {
    if (!table.vectors.row(row).allFinite()) {
      table.status[row] = Status::non_finite_embedding;
      table.vectors.row(row).setZero();
    } else if (table.vectors.row(row).isZero(0)) {
      table.status[row] = Status::no_face;
    }
  }
  return table;
}

std::vector<Sample> read_subjects(const std::filesystem::path& file, std::size_t rows) {
  const CsvTable table = read_csv(file);
  const auto column = [&](const char* name) {
    const auto found = table.column(name);
    if (!found)
      fail_at({file.string(), 1, 1}, fmt::format("no column '{}'", name),
              "the header must name id and subject");
    return *found;
  };
  const std::size_t id = column("id");
  const std::size_t subject = column("subject");
  const auto session = table.column("session");
  if (table.rows.size() != rows)
    fail_at({file.string(), table.rows.empty() ? 1 : table.rows.back().front().place.line, 1},
            fmt::format("{} lines for {} embeddings", table.rows.size(), rows),
            "one line for each row of the embeddings, in their order");
  FaultList faults;
  std::set<std::string> seen;
  std::vector<Sample> samples;
  for (const auto& cells : table.rows) {
    Sample sample;
    sample.id = cells[id].text;
    if (sample.id.empty()) faults.add(cells[id].place, "an empty id");
    if (!seen.insert(sample.id).second)
      faults.add(cells[id].place, "id '" + sample.id + "' stands twice");
    sample.photograph = sample.id;
    sample.subject = cells[subject].text;
    if (session) sample.session = cells[*session].text;
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (c != id && c != subject && c != session) sample.groups[table.header[c].text] = cells[c].text;
    samples.push_back(std::move(sample));
  }
  faults.throw_if_any();
  return samples;
}

}  // namespace robench
